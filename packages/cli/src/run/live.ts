/**
 * Live reload: in development, a page that a browser on this machine shows is refreshed when code, a template
 * or a static file has changed.
 *
 *     page ──► <script src="/__phial__/live.js?state=1"> ──► EventSource /__phial__/changes
 *                                                                data: the state of the files, now and when it changes
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

/** How often the files are looked at while a page is open, in milliseconds. */
const INTERVAL = 200
/** How many files of a folder are looked at, at most. */
const MOST = 5000

/** Files, and folders whose files count, too. Paths are absolute. */
export interface Sources {
  readonly files: ReadonlySet<string>
  readonly folders: readonly string[]
}

/** Adds live reload to an application. Clients that are not browsers on this machine see no difference. */
export function liveReload(app: ApplicationLike, sources: Sources): Application {
  return (environ, startResponse) => {
    const { PATH_INFO: path } = environ
    if (!path.startsWith(FOLDER) || whyRemote(environ) !== undefined)
      return isPage(environ)
        ? withScript(app, environ, startResponse, tagOf(sources))
        : callApplication(app, environ, startResponse)
    if (path === `${FOLDER}live.js`) {
      startResponse('200 OK', [['Content-Type', 'text/javascript; charset=utf-8'], ...NOT_KEPT])
      return [new TextEncoder().encode(SCRIPT)]
    }
    if (path !== `${FOLDER}changes`) return callApplication(app, environ, startResponse)
    startResponse('200 OK', [['Content-Type', 'text/event-stream'], ...NOT_KEPT])
    return changes(sources, environ['phial.signal'])
  }
}

/** The state is that before the page is made, so that no change is missed. */
function tagOf(sources: Sources): Uint8Array {
  const script = `<script src="${FOLDER}live.js?state=${stateOf(sources)}"></script>\n`
  return new TextEncoder().encode(script)
}

const NOT_KEPT: [name: string, value: string][] = [['Cache-Control', 'no-store']]

/** Whether a browser on this machine asks for a page to show. */
function isPage(environ: Environ): boolean {
  return (
    environ.REQUEST_METHOD === 'GET' &&
    environ['HTTP_SEC_FETCH_DEST'] === 'document' &&
    whyRemote(environ) === undefined
  )
}

/** The state of the files, and the next one. The connection ends with it: by then, another process may serve. */
async function* changes(
  sources: Sources,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const event = (state: string): Uint8Array =>
    new TextEncoder().encode(`retry: ${INTERVAL}\ndata: ${state}\n\n`)
  const first = stateOf(sources)
  yield event(first)
  while (signal?.aborted !== true) {
    // oxlint-disable-next-line no-await-in-loop -- looks again and again
    await sleep(INTERVAL, undefined, { ref: false })
    const state = stateOf(sources)
    if (state === first) continue
    yield event(state)
    return
  }
}

/** When one of the files was changed last. A file that is imported later changes nothing, unless it is new. */
function stateOf({ files, folders }: Sources): string {
  const all = [...files, ...folders.flatMap(inside)]
  return String(all.reduce((latest, file) => Math.max(latest, changedAt(file)), 0))
}

/** Of a folder, when a file was added or removed. */
function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.ctimeMs ?? 0
}

function inside(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    return [folder, ...entries.slice(0, MOST).map((entry) => join(folder, entry))]
  } catch {
    return [] // a folder that does not exist has no files
  }
}

/** Adds the script to the end of an answer that is a page. */
function withScript(
  app: ApplicationLike,
  environ: Environ,
  startResponse: StartResponse,
  tag: Uint8Array,
): Body | Promise<Body> {
  let isHtml = false
  const start = onHeaders(startResponse, (headers, status) => {
    isHtml = isWholePage(headers, status)
    if (isHtml) makeRoom(headers, environ, tag.length)
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

/** The page is longer by the script, must not be kept, and may load the script whatever its policy is. */
function makeRoom(headers: Headers, environ: Environ, room: number): void {
  const length = headers.get('Content-Length')
  if (length !== undefined) headers.set('Content-Length', String(Number(length) + room))
  for (const name of ['ETag', 'Last-Modified']) headers.delete(name)
  headers.set('Cache-Control', 'no-store')
  const policy = headers.get('Content-Security-Policy')
  const source = `${environ['wsgi.url_scheme']}://${String(environ['HTTP_HOST'])}${FOLDER}`
  if (policy !== undefined) headers.set('Content-Security-Policy', allowing(policy, source))
}

/** A policy that allows scripts of one folder, and connections to it, besides what it allows already. */
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
  if (!Array.isArray(body)) return followed(body, tag, isHtml)
  const chunks: Uint8Array[] & Body = body
  if (!isHtml()) return chunks
  const longer: Uint8Array[] & Body = [...chunks, tag]
  if (chunks.close !== undefined) longer.close = () => chunks.close?.()
  return longer
}

async function* followed(
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
