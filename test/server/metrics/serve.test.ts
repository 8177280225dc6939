import { call } from '@phial/core'
import { expect, test } from 'vitest'
import {
  metricsApp,
  serveMetrics,
  type Watched,
} from '../../../packages/server/src/metrics/serve.ts'

test('serves the metrics at their own address', async () => {
  let count = 0
  const service = await serveMetrics('127.0.0.1:0', {
    text: () => `requests ${++count}\n`,
    isReady: () => true,
  })
  const [address = ''] = service.addresses
  const first = await fetch(`${address}/metrics`)
  expect(first.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect([await first.text(), await (await fetch(`${address}/metrics`)).text()]).toEqual([
    'requests 1\n',
    'requests 2\n',
  ])
  const taken = address.replace('http://', '')
  await expect(serveMetrics(taken, watched(true))).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringMatching(/^--metrics: cannot listen on 127\.0\.0\.1:\d+: the address is/),
  })
  await service.close()
})

const watched = (isReady: boolean): Watched => ({ text: () => '', isReady: () => isReady })

test.each([
  ['GET', '/metrics', true, '200 OK'],
  ['HEAD', '/metrics', true, '200 OK'],
  ['POST', '/metrics', true, '405 Method Not Allowed'],
  ['GET', '/', true, '404 Not Found'],
  ['GET', '/constructor', true, '404 Not Found'],
  ['GET', '/live', false, '200 OK'],
  ['GET', '/ready', true, '200 OK'],
  ['HEAD', '/ready', false, '503 Service Unavailable'],
  ['POST', '/ready', false, '405 Method Not Allowed'],
])('%s %s if ready is %s: %s', async (method, path, isReady, status) => {
  expect((await call(metricsApp(watched(isReady)), { method, path })).status).toBe(status)
})
