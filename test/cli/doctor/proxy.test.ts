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

test.for([0, 1, 2, 3])('finds no fault if %i proxies are trusted and expected', async (proxies) => {
  expect(await said(proxies, proxies)).toEqual([])
})

test.for<[believed: number, proxies: number | undefined, said: RegExp]>([
  [
    0,
    1,
    /^fault X-Forwarded-\* is not trusted, but the app has one proxy in front: every client appears to have the proxy's address/,
  ],
  [
    2,
    1,
    /^fault X-Forwarded-\* is trusted from 2 proxies, but the app has one proxy in front: a client can claim any address/,
  ],
  [1, 0, /Remove proxyFix\.$/],
  [
    0,
    undefined,
    /^note X-Forwarded-\* is not trusted\. This is correct with no proxies in front of the app\./,
  ],
  [1, undefined, /^note X-Forwarded-\* is trusted from one proxy\..* --proxies /],
])('reports %i trusted proxies with %j in front', async ([believed, proxies, expected]) => {
  expect(await said(believed, proxies)).toEqual([expect.stringMatching(expected)])
})

test('reports a note if middleware responds before the app', async () => {
  const app = new Phial(import.meta.url)
  app.wsgiApp = (_, startResponse) => {
    startResponse('503 Service Unavailable', [])
    return []
  }
  expect(await examineProxy(app, 1)).toEqual([expect.objectContaining({ level: 'note' })])
})
