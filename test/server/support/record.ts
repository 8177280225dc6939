/** An access log record, as created by a server. */
import { emptyInput, errorStream, makeEnviron, type HeaderList } from '@phial/core'
import type { AccessRecord } from '@phial/server'

/** Creates the record of a fixed request and response, with the given headers and changes. */
export function record(
  headers: HeaderList = [],
  changes: Partial<AccessRecord> = {},
): AccessRecord {
  const environ = makeEnviron({
    method: 'POST',
    target: '/caf%C3%A9?q=1',
    protocol: 'HTTP/1.1',
    headers,
    scheme: 'http',
    serverName: 'a',
    serverPort: '80',
    remoteAddr: '192.0.2.7',
    remotePort: '5',
    input: emptyInput(),
    errors: errorStream(() => undefined),
  })
  return {
    environ,
    status: '201 Created',
    headers: [
      ['X-Out', 'o'],
      ['set-cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
    ],
    bytes: 12,
    time: new Date(2026, 10, 5, 6, 7, 8),
    duration: 1234.5678,
    ...changes,
  }
}
