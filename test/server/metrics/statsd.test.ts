import { lookup } from 'node:dns/promises'
import type { AccessRecord } from '@phial/server'
import { describe, expect, test } from 'vitest'
import { readStatsdHost, Statsd } from '../../../packages/server/src/metrics/statsd.ts'
import { turn } from '../../support/turn.ts'
import { udpListener } from '../support/udp.ts'

test.each([
  ['localhost:8126', { host: 'localhost', port: 8126 }],
  ['10.0.0.1', { host: '10.0.0.1', port: 8125 }],
  ['[::1]:9', { host: '::1', port: 9 }],
  ['[::1]', { host: '::1', port: 8125 }],
  ['a:0', undefined],
  ['a:65536', undefined],
  ['a:b', undefined],
  ['[x]:1', undefined],
  ['unix:///run/statsd', undefined],
  ['', undefined],
])('%s is parsed as %j', (text, address) => {
  expect(readStatsdHost(text)).toEqual(address)
})

const record = { status: '404 Not Found', duration: 12.3456 } as AccessRecord

describe('a real listener receives', () => {
  test('a datagram for each metric, in order', async () => {
    await using listener = await udpListener()
    const statsd = Statsd.open(`127.0.0.1:${listener.port}`, 'phial')
    statsd.answered(record)
    statsd.count('log.error')
    statsd.gauge('workers', 4)
    expect(await listener.count(5)).toEqual([
      'phial.request.duration:12.346|ms',
      'phial.requests:1|c',
      'phial.request.status.404:1|c',
      'phial.log.error:1|c',
      'phial.workers:4|g',
    ])
    await statsd.close()
  })

  test.each([
    ['site.gunicorn.', 'site.gunicorn.requests:1|c'],
    ['', 'requests:1|c'],
  ])('metrics with the prefix %j', async (prefix, metric) => {
    await using listener = await udpListener()
    const statsd = Statsd.open(`localhost:${listener.port}`, prefix)
    statsd.count('requests')
    expect(await listener.count(1)).toEqual([metric])
    await statsd.close()
  })
})

test('ignores that no process listens', async () => {
  const gone = await udpListener()
  await gone[Symbol.asyncDispose]()
  const statsd = Statsd.open(`127.0.0.1:${gone.port}`, 'phial')
  for (let at = 0; at < 300; at++) statsd.answered(record)
  await statsd.close()
})

test('ignores that the host does not exist, before and after the lookup', async () => {
  const statsd = Statsd.open('no-such-host.invalid:8125', 'phial')
  for (let at = 0; at < 300; at++) statsd.answered(record)
  await lookup('no-such-host.invalid').catch(() => undefined) // the same question, asked after it
  await turn()
  statsd.answered(record)
  await statsd.close()
  statsd.answered(record)
})
