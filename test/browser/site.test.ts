import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { read } from '../house/workspace.ts'
import { hasChromium, openBrowser } from './chromium.ts'
import { type Site, startExample } from './example.ts'
import { Visitor } from './visitor.ts'

if (!hasChromium) console.log('The browser suite is skipped: /usr/bin/chromium does not exist.')

/** Creates a picture of a size and a colour, like one from a camera. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)

test('`pnpm start` serves this site', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  expect(scripts['start']).toMatch(/phial-server --chdir examples\/site app:app$/)
})

describe.runIf(hasChromium)('the example site, in Chromium', () => {
  let site: Site
  let browser: Browser
  let visitor: Visitor

  /** A file that is larger than the site's limit. */
  const film = join(mkdtempSync(join(tmpdir(), 'phial-film-')), 'film.png')

  beforeAll(async () => {
    writeFileSync(film, Buffer.alloc(30_000_000))
    site = await startExample('site')
    browser = await openBrowser()
    visitor = await Visitor.come(browser, site.address)
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    await site?.stop()
    rmSync(dirname(film), { recursive: true })
  })

  const heading = (): Promise<string> => visitor.page.locator('h1').innerText()

  test('opens', async () => {
    const response = await visitor.page.goto('/')
    expect(response?.status()).toBe(200)
    expect(await visitor.page.title()).not.toBe('')
    expect(await visitor.look('site')).toEqual([])
  })

  test('has no broken internal links', async () => {
    const { page } = visitor
    const anchors = await page.locator('a[href]').all()
    const paths = await Promise.all(anchors.map((anchor) => anchor.getAttribute('href')))
    const links = paths.map((path) => new URL(path ?? '', page.url()).href.replace(/#.*/, ''))
    const own = [...new Set(links)].filter((link) => link.startsWith(site.address))
    expect(own.length).toBeGreaterThan(1)
    for (const link of own) {
      const response = await page.request.get(link)
      expect(response.status(), link).toBe(200)
    }
  })

  test('shows the environ of the current request', async () => {
    const { page } = visitor
    await page.goto('/')
    await page.getByRole('link', { name: 'Environ' }).click()
    const value = (key: string): Promise<string> =>
      page.getByRole('row').filter({ hasText: key }).first().getByRole('cell').last().innerText()
    expect(await value('REQUEST_METHOD')).toBe('GET')
    expect(await value('HTTP_USER_AGENT')).toContain('Chrome')
    expect(await value('HTTP_HOST')).toBe(new URL(site.address).host)
    expect(await visitor.look('site-environ')).toEqual([])
  })

  describe('the greeting', () => {
    test('is not sent without a name', async () => {
      await visitor.page.goto('/hello')
      await visitor.send({}, 'Say hello')
      expect(await visitor.page.locator(':invalid').count()).toBeGreaterThan(0)
      expect(await visitor.page.locator('.error').count()).toBe(0)
    })

    test('asks again if the name is only spaces, and then accepts a name', async () => {
      await visitor.send({ 'Your name': '  ' }, 'Say hello')
      expect(await visitor.page.locator('.error').innerText()).toBe('Enter a name.')
      expect(await visitor.page.locator(':focus').getAttribute('id')).toBe('name')
      expect(await visitor.look('site-hello-mistake')).toEqual([])
      await visitor.send({ 'Your name': 'Ada & <b>Zoë' }, 'Say hello')
      await expect.poll(() => heading()).toBe('Hello Ada & <b>Zoë')
      expect(await visitor.look('site-hello')).toEqual([])
    })

    test('works after going back and forward', async () => {
      await visitor.page.goBack()
      await expect.poll(() => heading()).toBe('Who are you?')
      await visitor.page.goForward()
      await expect.poll(() => heading()).toBe('Hello Ada & <b>Zoë')
    })
  })

  describe('a picture', () => {
    const choose = (buffer: Buffer, name = 'dot.png', mimeType = 'image/png'): Promise<void> =>
      visitor.page.getByLabel('A picture').setInputFiles({ name, mimeType, buffer })
    const error = (): Promise<string> => visitor.page.locator('.error').innerText()

    test('is not sent without a file', async () => {
      await visitor.page.goto('/pictures')
      expect(await visitor.look('site-no-pictures')).toEqual([])
      await visitor.send({ 'What it shows': 'Nothing' }, 'Upload')
      expect(await visitor.page.locator('input:invalid').getAttribute('id')).toBe('picture')
    })

    test('that is too large is rejected, and the input is kept', async () => {
      await choose(Buffer.concat([png, Buffer.alloc(2_100_000)]))
      await visitor.send({ 'What it shows': 'A <large> dot' }, 'Upload')
      await expect.poll(() => error()).toMatch(/larger than 2 MB/)
      expect(await visitor.page.getByLabel('What it shows').inputValue()).toBe('A <large> dot')
      expect(await visitor.look('site-picture-too-large')).toEqual([])
    })

    test('that is larger than the limit of the site is rejected, and the page says so', async () => {
      await visitor.page.getByLabel('A picture').setInputFiles(film)
      await visitor.send({ 'What it shows': 'A film' }, 'Upload')
      await expect.poll(() => error()).toMatch(/larger than 16000000 bytes/)
    })

    test('that is another kind of file is rejected', async () => {
      await choose(Buffer.from('text'), 'text.png')
      await visitor.send({ 'What it shows': 'Text' }, 'Upload')
      await expect.poll(() => error()).toMatch(/This file is not a picture/)
    })

    test('is shown', async () => {
      await choose(png)
      await visitor.send({ 'What it shows': 'A dot' }, 'Upload')
      expect(await visitor.page.locator('.flash').innerText()).toMatch(/^Thank you/)
      const image = visitor.page.locator('.pictures img')
      expect(await image.evaluate((img) => (img as HTMLImageElement).decode())).toBeUndefined()
      expect(await visitor.look('site-pictures')).toEqual([])
    })

    test('is stored once, even after several clicks and a reload', async () => {
      const count = (): Promise<number> => visitor.page.locator('.pictures li').count()
      const before = await count()
      await choose(png)
      await visitor.page.getByLabel('What it shows').fill('Another dot')
      await visitor.page.getByRole('button', { name: 'Upload' }).dblclick()
      await visitor.page.locator('.flash').waitFor()
      await visitor.page.reload()
      expect(await count()).toBe(before + 1)
    })
  })

  test('has a page for unknown paths', async () => {
    const response = await visitor.page.goto('/no/such/page')
    expect(response?.status()).toBe(404)
    await expect.poll(() => heading()).toBe('Nothing here')
    expect(await visitor.look('site-not-found')).toEqual([])
  })

  test('causes no error that the browser reports', () => {
    expect(visitor.complaints).toEqual([])
  })
})
