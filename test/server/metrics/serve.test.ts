import { call } from '@phial/core'
import { expect, test } from 'vitest'
import { metricsApp, serveMetrics } from '../../../packages/server/src/metrics/serve.ts'

test('at an address of its own', async () => {
  let count = 0
  const service = await serveMetrics('127.0.0.1:0', () => `requests ${++count}\n`)
  const [address = ''] = service.addresses
  const first = await fetch(`${address}/metrics`)
  expect(first.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect([await first.text(), await (await fetch(`${address}/metrics`)).text()]).toEqual([
    'requests 1\n',
    'requests 2\n',
  ])
  const taken = address.replace('http://', '')
  await expect(serveMetrics(taken, String)).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringMatching(/^--metrics: cannot listen at 127\.0\.0\.1:\d+: the address is/),
  })
  await service.close()
})

test.each([
  ['GET', '/metrics', '200 OK'],
  ['HEAD', '/metrics', '200 OK'],
  ['POST', '/metrics', '405 Method Not Allowed'],
  ['GET', '/', '404 Not Found'],
])('%s %s', async (method, path, status) => {
  expect((await call(metricsApp(String), { method, path })).status).toBe(status)
})
