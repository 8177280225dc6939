/** Sends the same bytes to the engine and to `node:http`, and compares the results. */
import { errorStream, run, type Application } from '@phial/core'
import { engine } from '../../../packages/server/src/engine/engine.ts'
import { nodeHttpTransport } from '../../../packages/server/src/node-http.ts'
import { defaultLimits, type HttpTransport } from '../../../packages/server/src/transport.ts'
import { turn } from '../../support/turn.ts'
import { MemorySocket } from '../support/memory-socket.ts'

/** The result of a connection's bytes. */
export interface Verdict {
  /** The requests that the application received, each with its body. */
  readonly served: readonly string[]
  /** The end: the reason of a refusal, `closed`, or `open` if the server waits for more bytes. */
  readonly end: string
}

const peer = {
  remoteAddr: '192.0.2.1',
  remotePort: '50000',
  serverName: 'a',
  serverPort: '80',
  scheme: 'http',
} as const

/** Responds with the request, including its body. */
const tell: Application = async (environ, startResponse) => {
  const body = Buffer.from(await environ['wsgi.input'].read()).toString('latin1')
  const fields = Object.keys(environ).filter((key) => /^(HTTP|CONTENT)_/.test(key))
  const asked = [
    environ.REQUEST_METHOD,
    environ.RAW_URI,
    environ.SERVER_PROTOCOL,
    ...fields.toSorted().map((key) => `${key}=${String(environ[key])}`),
    body,
  ]
  const text = Buffer.from(encodeURIComponent(JSON.stringify(asked)))
  startResponse('200 OK', [
    ['Content-Length', String(text.byteLength)],
    ['X-Asked', text.toString()],
  ])
  return [text]
}

export type Way = 'engine' | 'http'

/** Creates the two transports. */
export function ways(): Record<Way, HttpTransport> {
  const options = {
    handle: (environ: Parameters<Application>[0], answer: Parameters<typeof run>[2]) =>
      run(tell, environ, answer),
    errors: errorStream(() => undefined),
    multiprocess: false,
    limits: { ...defaultLimits, headTimeout: 0, bodyTimeout: 0, writeTimeout: 0, keepAlive: 0 },
  }
  return { engine: engine(options), http: nodeHttpTransport(options) }
}

/** Sends the bytes of many connections to a transport, all at the same time, and returns the results. */
export async function verdicts(
  transport: HttpTransport,
  connections: readonly string[],
): Promise<Verdict[]> {
  const sockets = connections.map((bytes) => {
    const socket = new MemorySocket()
    transport.accept(socket.socket, peer)
    return { socket, bytes: Buffer.from(bytes, 'latin1') }
  })
  await turn()
  for (const { socket, bytes } of sockets) socket.deliver(bytes)
  for (let quiet = 0, before = 0; quiet < 4; quiet++) {
    // oxlint-disable-next-line no-await-in-loop -- one turn after another
    await turn()
    const size = sockets.reduce((sum, { socket }) => sum + socket.answered.length, 0)
    if (size !== before) quiet = 0
    before = size
  }
  return sockets.map(({ socket }) => {
    const verdict = verdictOf(socket)
    socket.destroy()
    return verdict
  })
}

function verdictOf({ answered, isClosed }: MemorySocket): Verdict {
  const served: string[] = []
  let rest = answered.replaceAll('HTTP/1.1 100 Continue\r\n\r\n', '')
  while (rest !== '') {
    const asked = /^HTTP\/1\.1 200 .*\r\nContent-Length: (\d+)\r\nX-Asked: (.*)\r\n/.exec(rest)
    const [, length = '', text = ''] = asked ?? []
    if (asked === null) return { served, end: refusal(rest) }
    served.push(decodeURIComponent(text))
    const isHead = text.startsWith(HEAD)
    rest = rest.slice(rest.indexOf('\r\n\r\n') + 4 + (isHead ? 0 : Number(length)))
  }
  return { served, end: isClosed ? 'closed' : 'open' }
}

/** Returns `400 Bad Request: why`, or only the status for HEAD, whose response has no body. */
const refusal = (answer: string): string =>
  Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4), 'latin1')
    .toString()
    .trim() || answer.slice('HTTP/1.1 '.length, answer.indexOf('\r\n'))

/** The beginning of `X-Asked` for HEAD: its response has a length and no body. */
const HEAD = encodeURIComponent('["HEAD"')
