/** Tests X-ray as a class uses it: the pictures of the examples, live updates, the keyboard, and a saved file. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, openBrowser } from './chromium.ts'
import { serveExample, type Site, startExample, token } from './example.ts'
import { Visitor } from './visitor.ts'

const PAGES = `/__xray__/?token=${token}`

interface Shown {
  readonly name: string
  readonly example: string
  /** `MODULE:APP`. Default: that of the example's `start` script. */
  readonly app?: string
  readonly path: string
  readonly form?: Record<string, string>
  readonly status: number
  /** Texts that the picture must contain. */
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

  test.for(shown)(
    'the picture of $name is complete and accessible, in each size and colour scheme',
    async (one) => {
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
        await visitor.page.goto(PAGES)
        const text = await visitor.page.locator('main').innerText()
        for (const words of one.says) expect(text).toContain(words)
        expect(await visitor.look(`xray-${one.name.replace(' ', '-')}`)).toEqual([])
        expect(visitor.complaints).toEqual([])
        await visitor.page.context().close()
      } finally {
        await site.stop()
      }
    },
  )

  describe('of a site', () => {
    let site: Site
    beforeAll(async () => {
      site = await serveExample('03-middleware', '--xray', 'middleware:corrected')
    })
    afterAll(() => site?.stop())

    const ask = async (path: string): Promise<void> => {
      await (await fetch(site.address + path)).text()
    }

    test('an open page shows the next request automatically, and keeps unfolded parts open', async () => {
      const { page, complaints } = await Visitor.come(browser, site.address)
      await page.goto(PAGES)
      await expect.poll(() => page.locator('#live').textContent()).toBe('listening')
      await ask('/?subject=ada')
      await expect.poll(() => page.locator('h2').textContent()).toBe('GET /?subject=ada')
      await page.locator('summary').first().click()
      await ask('/?subject=john')
      await expect.poll(() => page.locator('h2').textContent()).toBe('GET /?subject=john')
      expect(await page.locator('details').first().getAttribute('open')).toBe('')
      expect(await page.locator('nav li').count()).toBeGreaterThan(2)
      expect(complaints).toEqual([])
      await page.context().close()
    })

    test('works with the keyboard', async () => {
      const { page } = await Visitor.come(browser, site.address)
      await ask('/?subject=one')
      await ask('/?subject=two')
      await page.goto(PAGES)
      await page.keyboard.press('Tab')
      expect(await page.locator(':focus').textContent()).toBe('To the picture')
      await page.keyboard.press('j')
      await page.waitForURL(/\d$/)
      expect(await page.locator('h2').textContent()).toBe('GET /?subject=two')
      await page.keyboard.press('j')
      await expect.poll(() => page.locator('h2').textContent()).toBe('GET /?subject=one')
      await page.keyboard.press('k')
      await expect.poll(() => page.locator('h2').textContent()).toBe('GET /?subject=two')
      await page.locator('summary').first().focus()
      await page.keyboard.press('Enter')
      expect(await page.locator('details').first().getAttribute('open')).toBe('')
      await ask('/?subject=three')
      await expect.poll(() => page.locator('nav').textContent()).toContain('three')
      expect(await page.locator('h2').textContent()).toBe('GET /?subject=two')
      await page.context().close()
    })

    test('a request is saved as one file, which opens from a disk and loads no resources', async () => {
      const { page } = await Visitor.come(browser, site.address)
      await ask('/?subject=john')
      await page.goto(PAGES)
      const coming = page.waitForEvent('download')
      await page.getByRole('link', { name: 'Save as one file' }).click()
      const download = await coming
      const file = join(tmpdir(), download.suggestedFilename())
      await download.saveAs(file)
      const asked: string[] = []
      const alone = await Visitor.come(browser, 'http://127.0.0.1:1')
      alone.page.on('request', (request) => asked.push(request.url()))
      await alone.page.goto(pathToFileURL(file).href)
      expect(asked).toEqual([pathToFileURL(file).href])
      expect(await alone.page.locator('main').innerText()).toContain(
        'replaces the earlier status and headers',
      )
      await alone.page.locator('summary').first().click()
      expect(await alone.look('xray-file')).toEqual([])
      expect(alone.complaints).toEqual([])
      await page.context().close()
      await alone.page.context().close()
    })

    test('sends no request to another origin', async () => {
      const { page } = await Visitor.come(browser, site.address)
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      await page.goto(PAGES)
      await expect.poll(() => page.locator('#live').textContent()).toBe('listening')
      expect(asked.filter((url) => !url.startsWith(site.address))).toEqual([])
      await page.context().close()
    })
  })
})
