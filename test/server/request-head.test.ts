import { emptyInput, errorStream, makeEnviron } from '@phial/core'
import { expect, test } from 'vitest'
import { ReceivedHead } from '../../packages/server/src/request-head.ts'

test('the signal is made when the application asks for it, and not before', () => {
  let asked = 0
  const { signal } = new AbortController()
  const source = {
    get signal(): AbortSignal {
      asked += 1
      return signal
    },
  }
  const said = { method: 'GET', target: '/a?b', protocol: 'HTTP/1.1', headers: [] }
  const ends = { remoteAddr: '192.0.2.1', remotePort: '5000', serverName: 'a', serverPort: '80' }
  const home = { errors: errorStream(() => undefined), multiprocess: true }
  const peer = { ...ends, scheme: 'https' } as const
  const environ = makeEnviron(new ReceivedHead(said, peer, home, undefined, emptyInput(), source))
  expect(environ).toMatchObject({ PATH_INFO: '/a', REMOTE_ADDR: '192.0.2.1', SERVER_NAME: 'a' })
  expect([environ['wsgi.url_scheme'], environ['wsgi.multiprocess']]).toEqual(['https', true])
  expect(asked).toBe(0)
  expect([environ['phial.signal'], asked]).toEqual([signal, 1])
})
