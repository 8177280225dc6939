import { errorStream } from '@phial/core'
import { expect, test } from 'vitest'
import { rejectedRecord } from '../../packages/server/src/rejected.ts'

test('what could not be read as a request names the client alone', () => {
  const peer = { remoteAddr: '192.0.2.1', remotePort: '1', serverName: 'a', serverPort: '80' }
  const around = { errors: errorStream(() => undefined), multiprocess: false }
  const refused = { status: '400 Bad Request', reason: 'x' }
  const record = rejectedRecord(refused, { ...around, peer: { ...peer, scheme: 'http' } }, 1000)
  expect(record).toMatchObject({
    environ: { REMOTE_ADDR: '192.0.2.1', REQUEST_METHOD: '-', RAW_URI: '-', SERVER_PROTOCOL: '-' },
    status: '400 Bad Request',
    bytes: '400 Bad Request: x\n'.length,
    duration: 1000,
  })
  expect(Date.now() - record.time.getTime()).toBeGreaterThanOrEqual(1000)
})
