import { expect, test } from 'vitest'
import { serve } from '@phial/server'
import { transports, type TransportName } from '../../packages/server/src/transports.ts'
import { exchange, request } from './support/raw.ts'
import { echo } from './support/server.ts'

const get = request(['GET /a HTTP/1.1', 'Host: a', 'Connection: close'])

test.each(Object.keys(transports) as TransportName[])(
  'serve uses the transport %s',
  async (transport) => {
    const service = await serve(echo, { bind: '127.0.0.1:0', transport })
    const port = Number(new URL(service.addresses[0] ?? '').port)
    expect(await exchange(port, get)).toContain('GET /a 0')
    await service.close()
  },
)
