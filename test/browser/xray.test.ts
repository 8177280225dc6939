/** X-ray as a class sees it: what it draws of the examples, live, by keyboard, and as a file on a disk. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, openBrowser } from './chromium.ts'
import { serveExample, type Site, startExample } from './example.ts'
import { Visitor } from './visitor.ts'

interface Shown {
  readonly name: string
  readonly example: string
  /** `MODULE:APP`, if not that of the example's `start`. */
  readonly app?: string
  readonly path: string
  readonly form?: Record<string, string>
  readonly status: number
  /** What a class should find in the picture. */
  readonly says: readonly string[]
}

const entry = { name: 'Ada', text: 'Lovely' }
const rung = (name: string, says: readonly string[]): Shown => ({
  name: `rung ${name[0] ?? ''}`,
  example: 'ladder',
  app: `${name}/app:createApp()`,
  path: '/',
  form: entry,
  status: 303,
  says: ['303 See Other', 'of the request’s body', ...says],
})

const shown: readonly Shown[] = [
  {
    name: 'seed 1',
    example: '01-hello-gateway',
    path: '/?subject=john',
    status: 200,
    says: ['helloWorld', 'startResponse', '200 OK', 'bytes out'],
  },
  {
    name: 'seed 2',
    example: '02-url-dispatch',
    path: '/hello/john',
    status: 200,
    says: ['application', 'Hello john'],
  },
  {
    name: 'seed 3',
    example: '03-middleware',
    path: '/?subject=john',
    status: 200,
    says: ['greeting', 'throws Error: Cannot be john'],
  },
  rung('1-function', []),
  rung('2-middleware', []),
  rung('3-router', []),
  rung('4-framework', []),
  rung('5-phial', ['routes: which were tried', 'view']),
  {
    name: 'blog',
    example: 'blog',
    path: '/',
    status: 200,
    says: ['routes: which were tried', 'view'],
  },
]

describe.runIf(hasChromium)('X-ray, in Chromium', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  }, 60_000)
  afterAll(() => browser?.close())

  const start = ({ example, app }: Shown): Promise<Site> =>
    app === undefined ? startExample(example, '--xray') : serveExample(example, '--xray', app)

  test.for(shown)('$name explains itself, in each size and light', async (one) => {
    const site = await start(one)
    try {
      const body = one.form && new URLSearchParams(one.form)
      const answer = await fetch(site.address + one.path, {
        redirect: 'manual',
        ...(body && { method: 'POST', body }),
      })
      await answer.text()
      expect(answer.status).toBe(one.status)
      const visitor = await Visitor.come(browser, site.address)
      await visitor.page.goto('/__xray__/')
      const text = await visitor.page.locator('main').innerText()
      for (const words of one.says) expect(text).toContain(words)
      expect(await visitor.look(`xray-${one.name.replace(' ', '-')}`)).toEqual([])
      expect(visitor.complaints).toEqual([])
      await visitor.page.context().close()
    } finally {
      await site.stop()
    }
  })
})
