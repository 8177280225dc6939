/**
 * The code that one request passes through: files, functions and calls of Phial's packages, counted by V8.
 *
 *     pnpm bench path [all]
 *
 * Each request is the second of its kind and comes on a fresh connection, from its first byte until the connection
 * has closed. The counts are exact and do not depend on the machine: a timer that fires meanwhile adds calls, so
 * the smallest of several counts is taken. With `all`, every function that was called follows the table.
 */
import { once } from 'node:events'
import { Session } from 'node:inspector/promises'
import { connect } from 'node:net'

const TIMES = 5
const PACKAGES = ['core', 'server', 'framework'] as const
const root = new URL('../packages/', import.meta.url).href

/** A function that ran: its file below `packages`, its name and the number of calls. */
interface Called {
  readonly file: string
  readonly name: string
  readonly calls: number
}

const session = new Session()
session.connect()
await session.post('Profiler.enable')
// Counting begins before any of the code is compiled.
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
const { serve } = await import('@phial/server')
const { Phial, request } = await import('phial')

const app = new Phial(import.meta.url, { staticFolder: null })
app.get('/', () => 'Hello world\n')
app.post('/form', async () => {
  const form = await request.formData()
  return { name: form.get('name') }
})

const form = 'name=Ann&city=Paris'
const requests = {
  'GET, gateway': [
    'GET / HTTP/1.1',
    (
      _environ: unknown,
      startResponse: (status: string, headers: [string, string][]) => unknown,
    ) => {
      startResponse('200 OK', [['Content-Type', 'text/plain']])
      return [Buffer.from('Hello world\n')]
    },
  ],
  'GET, framework': ['GET / HTTP/1.1', app],
  'form POST, framework': [
    `POST /form HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}`,
    app,
    form,
  ],
} as const

/** Sends a request on its own connection. Resolves once the server has closed it. */
async function ask(port: number, head: string, body: string): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.setEncoding('latin1').on('data', (text: string) => (answer += text))
  socket.write(`${head}\r\nHost: localhost\r\nConnection: close\r\n\r\n${body}`)
  await once(socket, 'close')
  if (!answer.startsWith('HTTP/1.1 200 ')) throw new Error(`Expected 200, received:\n${answer}`)
}

/** Returns the functions that were called since the last time. */
async function called(): Promise<Called[]> {
  const { result } = await session.post('Profiler.takePreciseCoverage')
  return result
    .filter(({ url }) => url.startsWith(root) && url.includes('/dist/'))
    .flatMap(({ url, functions }) =>
      functions.map(({ functionName, ranges }) => ({
        file: url.slice(root.length).replace('/dist/', '/'),
        name: functionName || '(anonymous)',
        calls: ranges[0]?.count ?? 0,
      })),
    )
    .filter(({ calls }) => calls > 0)
}

const callsOf = (all: readonly Called[]): number => all.reduce((sum, { calls }) => sum + calls, 0)

async function path(
  head: string,
  wsgiApp: Parameters<typeof serve>[0],
  body: string,
): Promise<Called[]> {
  const service = await serve(wsgiApp, { bind: '127.0.0.1:0' })
  const port = Number(new URL(service.addresses[0] ?? '').port)
  await ask(port, head, body)
  const counts: Called[][] = []
  for (let time = 0; time < TIMES; time += 1) {
    await called()
    await ask(port, head, body)
    counts.push(await called())
  }
  await service.close()
  return counts.toSorted((one, other) => callsOf(one) - callsOf(other))[0] ?? []
}

/** Formats the numbers of called files, functions and calls. */
const figures = (all: readonly Called[]): string =>
  [new Set(all.map(({ file }) => file)).size, all.length, callsOf(all)].join(' / ')

const rows: [name: string, all: Called[]][] = []
for (const [name, [head, wsgiApp, body = '']] of Object.entries(requests))
  rows.push([name, await path(head, wsgiApp, body)])
session.disconnect()

console.log(`node ${process.version}; files / functions / calls`)
console.log(''.padEnd(22) + ['all', ...PACKAGES].map((one) => one.padStart(18)).join(''))
for (const [name, all] of rows) {
  const parts = PACKAGES.map((one) => all.filter(({ file }) => file.startsWith(`${one}/`)))
  console.log(name.padEnd(22) + [all, ...parts].map((one) => figures(one).padStart(18)).join(''))
}
if (process.argv[2] === 'all')
  for (const [name, all] of rows) {
    console.log(`\n${name}`)
    for (const { file, name: fn, calls } of all)
      console.log(`${`${calls}`.padStart(5)}  ${file}  ${fn}`)
  }
