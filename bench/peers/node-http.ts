/** Implements each workload by hand on `node:http`: the unit of all ratios. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, stat } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join, normalize } from 'node:path'
import {
  announce,
  chunks,
  counted,
  HELLO,
  HOOKS,
  ROWS,
  SECRET,
  setUp,
  STATIC,
  user,
} from './work.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

function send(response: ServerResponse, type: string, body: string | Buffer): void {
  const length = Buffer.byteLength(body)
  response.writeHead(200, { 'Content-Type': type, 'Content-Length': length }).end(body)
}

const sendJson = (response: ServerResponse, value: unknown): void =>
  send(response, 'application/json', JSON.stringify(value))

const hello: Handler = (_request, response) => send(response, 'text/plain; charset=utf-8', HELLO)

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const escape = (text: string): string => text.replaceAll(/[&<>]/g, (one) => ENTITIES[one] ?? '')

const layout = (body: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Members</title></head>
<body>
<header><a href="/">Home</a></header>
<main>
${body}
</main>
</body>
</html>
`

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

/** Uses callbacks, because `pipeline` and promises would take half as long again. */
const sendStatic: Handler = (request, response) => {
  const path = join(STATIC, normalize((request.url ?? '').replace(/^\/static/, '')))
  stat(path, (error, stats) => {
    if (error !== null) return response.writeHead(404).end()
    const { mtime, size } = stats
    const etag = `"${size.toString(16)}-${mtime.getTime().toString(16)}"`
    const headers = { ETag: etag, 'Last-Modified': mtime.toUTCString() }
    if (request.headers['if-none-match'] === etag) return response.writeHead(304, headers).end()
    const entity = { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': size }
    response.writeHead(200, { ...headers, ...entity })
    const file = createReadStream(path)
    response.once('close', () => file.destroy())
    return file.once('error', () => response.destroy()).pipe(response)
  })
}

const signature = (text: string): Buffer => createHmac('sha256', SECRET).update(text).digest()

function readSession(cookies: string | undefined): Record<string, unknown> {
  const [, text, sign] = /(?:^|; )session=([\w-]+)\.([\w-]+)/.exec(cookies ?? '') ?? []
  if (text === undefined || sign === undefined) return {}
  const given = Buffer.from(sign, 'base64url')
  const right = signature(text)
  if (given.length !== right.length || !timingSafeEqual(given, right)) return {}
  return JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>
}

const session: Handler = (request, response) => {
  const count = counted(readSession(request.headers.cookie)['count'])
  const text = Buffer.from(JSON.stringify({ count })).toString('base64url')
  const value = `${text}.${signature(text).toString('base64url')}`
  response.setHeader('Set-Cookie', `session=${value}; Path=/; HttpOnly; SameSite=Lax`)
  send(response, 'text/plain; charset=utf-8', `${count}`)
}

/** Wraps a handler so that it ends with its connection if the client disconnects before the answer is complete. */
const careful =
  (one: (...exchange: Parameters<Handler>) => Promise<void>): Handler =>
  (request, response) =>
    void one(request, response).catch(() => response.destroy())

let handler: Handler = hello
const use = (one: Handler) => (): void => {
  handler = one
}

await setUp({
  hello: use(hello),
  params: use(({ url = '' }, response) => {
    const [, id = '', query = ''] = /^\/users\/([^/?]+)(?:\?(.*))?$/.exec(url) ?? []
    const isVerbose = new URLSearchParams(query).get('verbose') === '1'
    sendJson(response, user(decodeURIComponent(id), isVerbose))
  }),
  template: use((_request, response) => {
    let body = '<table>\n'
    for (const { name, mail, city } of ROWS)
      body += `<tr><td>${escape(name)}</td><td>${escape(mail)}</td><td>${escape(city)}</td></tr>\n`
    send(response, 'text/html; charset=utf-8', layout(`${body}</table>`))
  }),
  json: use(
    careful(async (request, response) => sendJson(response, JSON.parse(await read(request)))),
  ),
  form: use(
    careful(async (request, response) =>
      sendJson(response, Object.fromEntries(new URLSearchParams(await read(request)))),
    ),
  ),
  static: use(sendStatic),
  stream: use(
    careful(async (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' })
      for await (const chunk of chunks()) if (!response.write(chunk)) await once(response, 'drain')
      response.end()
    }),
  ),
  upload: use(
    careful(async (request, response) => {
      let size = 0
      for await (const part of request) size += (part as Buffer).byteLength
      send(response, 'text/plain; charset=utf-8', `${size}`)
    }),
  ),
  hooks: () => {
    const hooks = Array.from({ length: HOOKS }, () => (_request: IncomingMessage) => undefined)
    handler = (request, response) => {
      for (const hook of hooks) hook(request)
      hello(request, response)
    }
  },
  browser: use(hello),
  session: use(session),
})
announce(createServer((request, response) => handler(request, response)).listen(0, '127.0.0.1'))
