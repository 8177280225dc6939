/** Runs node-http/response.test.ts on the engine, and tests what only the engine has. */
import { errorStream, type HeaderList } from '@phial/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Blocks, Output } from '../../../packages/server/src/engine/output.ts'
import { Head } from '../../../packages/server/src/engine/request.ts'
import {
  dateLine,
  EngineResponse,
  persistence,
} from '../../../packages/server/src/engine/response.ts'
import { defaultLimits } from '../../../packages/server/src/transport.ts'
import { MemorySocket } from '../support/memory-socket.ts'
import { serveBy } from '../support/server.ts'

serveBy('engine')
await import('../node-http/response.test.ts')

afterEach(() => {
  vi.useRealTimers()
})

const options = {
  handle: () => undefined,
  errors: errorStream(() => undefined),
  multiprocess: false,
  limits: defaultLimits,
}

interface Asked {
  readonly method?: string
  readonly protocol?: string
  readonly upgrade?: string
  /** Whether the server closes the connection after the response. */
  readonly isLast?: boolean
  readonly keepAlive?: number
}

/** Returns what a response without a body sends, and whether it closes the connection. */
function sent(status: string, headers: HeaderList, asked: Asked = {}): [string, boolean] {
  const { method = 'GET', protocol = 'HTTP/1.1', upgrade, isLast = false, keepAlive = 65 } = asked
  const head = new Head({ method, target: '/', protocol })
  head.upgrade = upgrade
  const socket = new MemorySocket()
  const ignore = (): undefined => undefined
  const output = new Output(socket.socket, { blocks: new Blocks() }, 0, { advance: ignore })
  const calls = { switched: ignore, answered: ignore, broken: ignore }
  const own = { options, output, persistence: persistence(keepAlive), isLast }
  const response = new EngineResponse(head, { ...own, ...calls })
  response.writeHead(status, headers)
  response.end()
  return [socket.answered, response.isLast]
}

const KEPT = 'Connection: keep-alive\r\nKeep-Alive: timeout=65\r\n\r\n'
const CHUNKED = 'Transfer-Encoding: chunked\r\n'
const CLOSE = 'Connection: close\r\n\r\n'
const LAST_CHUNK = '0\r\n\r\n'

describe('framing (RFC 9112 §6)', () => {
  test.each<[string, HeaderList, Asked, string]>([
    ['has the declared length', [['content-length', '0']], {}, KEPT],
    ['has chunks without a length', [], {}, CHUNKED + KEPT + LAST_CHUNK],
    ['ends with an HTTP/1.0 connection without a length', [], { protocol: 'HTTP/1.0' }, CLOSE],
    ['has none with HEAD', [], { method: 'HEAD' }, KEPT],
    ['says that the connection closes', [], { isLast: true }, CHUNKED + CLOSE + LAST_CHUNK],
    [
      'announces no timeout if keep-alive has no limit',
      [],
      { keepAlive: 0 },
      `${CHUNKED}Connection: keep-alive\r\n\r\n${LAST_CHUNK}`,
    ],
  ])('%s', (_, headers, asked, rest) => {
    const own = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    const [text, isLast] = sent('200 OK', headers, asked)
    expect(text).toBe(`HTTP/1.1 200 OK\r\n${own}${dateLine()}${rest}`)
    expect(isLast).toBe(rest.includes('close'))
  })

  test.each(['204 No Content', '304 Not Modified'])('has none with %s', (status) => {
    expect(sent(status, [])).toEqual([`HTTP/1.1 ${status}\r\n${dateLine()}${KEPT}`, false])
  })
})

test('a 101 names the offered protocol, has no framing and ends the connection', () => {
  const rest = 'Connection: Upgrade\r\nUpgrade: echo\r\n\r\n'
  expect(sent('101 Switching Protocols', [], { upgrade: 'echo' })).toEqual([
    `HTTP/1.1 101 Switching Protocols\r\n${dateLine()}${rest}`,
    true,
  ])
})

test('another status is framed as usual if the client offered a protocol', () => {
  const [text] = sent('200 OK', [], { upgrade: 'echo' })
  expect(text).toContain(CHUNKED)
})

test('does not add Date if the application set it', () => {
  const [text] = sent('200 OK', [['DATE', 'today']])
  expect(text.match(/date: .*/gi)).toEqual(['DATE: today'])
})

test('Date is that of the current second', async () => {
  vi.useFakeTimers({ now: new Date('2026-11-29T10:00:00.400Z') })
  vi.resetModules()
  const fresh = await import('../../../packages/server/src/engine/response.ts')
  expect(fresh.dateLine()).toBe('Date: Sun, 29 Nov 2026 10:00:00 GMT\r\n')
  vi.advanceTimersByTime(599)
  expect(fresh.dateLine()).toBe('Date: Sun, 29 Nov 2026 10:00:00 GMT\r\n')
  vi.advanceTimersByTime(1)
  expect(fresh.dateLine()).toBe('Date: Sun, 29 Nov 2026 10:00:01 GMT\r\n')
})
