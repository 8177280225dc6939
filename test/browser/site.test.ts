import { stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, openBrowser } from './chromium.ts'
import { type Site, startSite } from './site.ts'

if (!hasChromium) console.log('There is no /usr/bin/chromium here: the browser suite is skipped.')

describe.runIf(hasChromium)('the example site, in Chromium', () => {
  let site: Site
  let browser: Browser
  let page: Page
  const faults: string[] = []

  beforeAll(async () => {
    site = await startSite()
    browser = await openBrowser()
    page = await browser.newPage()
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(`${message.text()}: ${message.location().url}`)
    })
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    await site?.stop()
  })

  /** For whoever wants to look: a picture of the page as it is now. */
  async function takePicture(name: string): Promise<void> {
    const path = join(tmpdir(), `phial-${name}.png`)
    await page.screenshot({ path, fullPage: true })
    expect((await stat(path)).size).toBeGreaterThan(1000)
    console.log(`a picture of the page: ${path}`)
  }

  test('opens', async () => {
    const response = await page.goto(site.address)
    expect(response?.status()).toBe(200)
    expect(response?.headers()['content-type']).toMatch(/^text\/html/)
    expect(await page.title()).not.toBe('')
    expect(await page.locator('h1').innerText()).not.toBe('')
    await takePicture('site')
  })

  test('has no link of its own that leads nowhere', async () => {
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

  test('shows the environ of the request that asks for it', async () => {
    await page.goto(site.address)
    await page.getByRole('link', { name: 'Environ' }).click()
    const value = (key: string): Promise<string> =>
      page.getByRole('row').filter({ hasText: key }).first().getByRole('cell').last().innerText()
    expect(await value('REQUEST_METHOD')).toBe('GET')
    expect(await value('HTTP_USER_AGENT')).toContain('Chrome')
    expect(await value('HTTP_HOST')).toBe(new URL(site.address).host)
    await takePicture('environ')
  })

  test('greets whoever fills in the form, and takes a name for text', async () => {
    await page.goto(site.address)
    await page.getByRole('link', { name: 'Hello', exact: true }).click()
    await page.getByRole('textbox').fill('Ada & <b>Zoë')
    await page.getByRole('button').click()
    await page.waitForURL(/\/hello\/.+/)
    expect(await page.locator('h1').innerText()).toBe('Hello Ada & <b>Zoë')
    await takePicture('hello')
  })

  test('made no fault that the browser reports', () => {
    expect(faults).toEqual([])
  })

  test('has a page for what is not there', async () => {
    const response = await page.goto(`${site.address}/no/such/page`)
    expect(response?.status()).toBe(404)
    expect(await page.locator('h1').innerText()).not.toBe('')
  })
})
