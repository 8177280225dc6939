import { proxyFix } from '@phial/core'
import { Phial } from 'phial'
import { expect, test } from 'vitest'
import { examineProxy } from '../../../packages/cli/src/doctor/proxy.ts'

async function said(believed: number, proxies: number | undefined): Promise<string[]> {
  const app = new Phial(import.meta.url, { config: { TRUSTED_HOSTS: ['example.com'] } })
  app.beforeRequest(() => {
    throw new Error('no database here')
  })
  if (believed > 0) app.wsgiApp = proxyFix({ for: believed })(app.wsgiApp)
  return (await examineProxy(app, proxies)).map(({ level, text }) => `${level} ${text}`)
}

test.for([0, 1, 2, 3])('%i proxies, as said', async (proxies) => {
  expect(await said(proxies, proxies)).toEqual([])
})

test.for<[believed: number, proxies: number | undefined, said: RegExp]>([
  [
    0,
    1,
    /^fault X-Forwarded-\* is not believed, and there are 1: every visitor has the proxy's address/,
  ],
  [
    2,
    1,
    /^fault X-Forwarded-\* is believed, of 2 proxies, and there are 1: a client can claim any address/,
  ],
  [1, 0, /Say nothing of proxyFix\.$/],
  [0, undefined, /^note X-Forwarded-\* is not believed\. That is right with no proxies in front/],
  [1, undefined, /^note X-Forwarded-\* is believed, of one proxy\..* --proxies 1 /],
])('%i believed, %j in front', async ([believed, proxies, expected]) => {
  expect(await said(believed, proxies)).toEqual([expect.stringMatching(expected)])
})

test('a layer that answers by itself', async () => {
  const app = new Phial(import.meta.url)
  app.wsgiApp = (_, startResponse) => {
    startResponse('503 Service Unavailable', [])
    return []
  }
  expect(await examineProxy(app, 1)).toEqual([expect.objectContaining({ level: 'note' })])
})
