/**
 * Live reload: during development, refreshes pages in browsers on this machine when code, a template or a static
 * file changes.
 *
 *     page ──► <script src="/__phial__/live.js?state=1"> ──► EventSource /__phial__/changes
 *                                                                data: the state of the files, now and after a change
 */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Application,
  type ApplicationLike,
  type Body,
  callApplication,
  type Environ,
  type Headers,
  onHeaders,
  type StartResponse,
  whyRemote,
} from '@phial/core'

const FOLDER = '/__phial__/'
const SCRIPT = `const state = new URL(document.currentScript.src).searchParams.get('state')
const changes = new EventSource('${FOLDER}changes')
changes.onmessage = ({ data }) => {
  if (data === state) return
  changes.close()
  location.reload()
}
addEventListener('pagehide', () => changes.close())
`

/** How often the files are checked while a page is open, in milliseconds. */
const INTERVAL = 200
/** The maximum number of files to check in a folder. */
const MAX_FILES = 5000

/** The files and folders to watch, as absolute paths. */
export interface Sources {
  readonly files: ReadonlySet<string>
  readonly folders: readonly string[]
}

/** Adds live reload to an application. Responses change only for browsers on this machine. */
export function liveReload(app: ApplicationLike, sources: Sources): Application {
  return (environ, startResponse) => {
    const { PATH_INFO: path } = environ
    if (!path.startsWith(FOLDER) || whyRemote(environ) !== undefined)
      return isPage(environ)
        ? withScript(app, environ, startResponse, tagOf(sources))
        : callApplication(app, environ, startResponse)
    if (path === `${FOLDER}live.js`) {
      startResponse('200 OK', [['Content-Type', 'text/javascript; charset=utf-8'], ...NO_STORE])
      return [new TextEncoder().encode(SCRIPT)]
    }
    if (path !== `${FOLDER}changes`) return callApplication(app, environ, startResponse)
    startResponse('200 OK', [['Content-Type', 'text/event-stream'], ...NO_STORE])
    return changes(sources, environ['phial.signal'])
  }
}

/** Returns the script tag. It must be created before the page is rendered, so that no change is missed. */
function tagOf(sources: Sources): Uint8Array {
  const script = `<script src="${FOLDER}live.js?state=${stateOf(sources)}"></script>\n`
  return new TextEncoder().encode(script)
}

const NO_STORE: [name: string, value: string][] = [['Cache-Control', 'no-store']]

/** Reports whether the request is a page navigation by a browser on this machine. */
function isPage(environ: Environ): boolean {
  return (
    environ.REQUEST_METHOD === 'GET' &&
    environ['HTTP_SEC_FETCH_DEST'] === 'document' &&
    whyRemote(environ) === undefined
  )
}

/** Yields the current state of the files and the next one, then ends: by then, another process may be serving. */
async function* changes(
  sources: Sources,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const event = (state: string): Uint8Array =>
    new TextEncoder().encode(`retry: ${INTERVAL}\ndata: ${state}\n\n`)
  const first = stateOf(sources)
  yield event(first)
  while (signal?.aborted !== true) {
    // oxlint-disable-next-line no-await-in-loop -- polls the files
    await sleep(INTERVAL, undefined, { ref: false })
    const state = stateOf(sources)
    if (state === first) continue
    yield event(state)
    return
  }
}

/** Returns the time of the latest change. Importing another file later does not affect it, unless that file is newer. */
function stateOf({ files, folders }: Sources): string {
  const all = [...files, ...folders.flatMap(inside)]
  return String(all.reduce((latest, file) => Math.max(latest, changedAt(file)), 0))
}

/** Returns the time at which a file changed, or at which an entry was added to or removed from a folder. */
function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.ctimeMs ?? 0
}

function inside(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    return [folder, ...entries.slice(0, MAX_FILES).map((entry) => join(folder, entry))]
  } catch {
    return [] // a folder that does not exist has no files
  }
}

/** Appends the script to the response if it is a complete HTML page. */
function withScript(
  app: ApplicationLike,
  environ: Environ,
  startResponse: StartResponse,
  tag: Uint8Array,
): Body | Promise<Body> {
  let isHtml = false
  const start = onHeaders(startResponse, (headers, status) => {
    isHtml = isWholePage(headers, status)
    if (isHtml) adjustHeaders(headers, environ, tag.length)
  })
  const body = callApplication(app, environ, start)
  const add = (made: Body): Body => withTag(made, tag, () => isHtml)
  return body instanceof Promise ? body.then(add) : add(body)
}

function isWholePage(headers: Headers, status: string): boolean {
  return (
    !/^(1|204|205|206|304)/.test(status) &&
    /^text\/html\b/i.test(headers.get('Content-Type') ?? '') &&
    !headers.has('Content-Encoding')
  )
}

/** Adjusts the headers: a longer `Content-Length`, no caching, and a policy that allows the script. */
function adjustHeaders(headers: Headers, environ: Environ, added: number): void {
  const length = headers.get('Content-Length')
  if (length !== undefined) headers.set('Content-Length', String(Number(length) + added))
  for (const name of ['ETag', 'Last-Modified']) headers.delete(name)
  headers.set('Cache-Control', 'no-store')
  const policy = headers.get('Content-Security-Policy')
  const source = `${environ['wsgi.url_scheme']}://${String(environ['HTTP_HOST'])}${FOLDER}`
  if (policy !== undefined) headers.set('Content-Security-Policy', allowing(policy, source))
}

/** Returns the policy, extended to allow scripts from `source` and connections to it. */
function allowing(policy: string, source: string): string {
  const directives = new Map<string, readonly string[]>()
  for (const part of policy.split(';')) {
    const [name = '', ...values] = part.trim().split(/\s+/)
    directives.set(name.toLowerCase(), values)
  }
  for (const name of ['script-src', 'connect-src']) {
    const values = directives.get(name) ?? directives.get('default-src')
    if (values !== undefined)
      directives.set(name, [...values.filter((value) => value !== "'none'"), source])
  }
  return [...directives].map(([name, values]) => [name, ...values].join(' ')).join('; ')
}

function withTag(body: Body, tag: Uint8Array, isHtml: () => boolean): Body {
  if (!Array.isArray(body)) return streamWithTag(body, tag, isHtml)
  const chunks: Uint8Array[] & Body = body
  if (!isHtml()) return chunks
  const longer: Uint8Array[] & Body = [...chunks, tag]
  if (chunks.close !== undefined) longer.close = () => chunks.close?.()
  return longer
}

async function* streamWithTag(
  body: Body,
  tag: Uint8Array,
  isHtml: () => boolean,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body
    if (isHtml()) yield tag
  } finally {
    await body.close?.()
  }
}
