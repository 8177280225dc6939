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

  test('opens', async () => {
    const response = await page.goto(site.address)
    expect(response?.status()).toBe(200)
    expect(response?.headers()['content-type']).toMatch(/^text\/html/)
    expect(await page.title()).not.toBe('')
    expect(await page.locator('body').innerText()).not.toBe('')
  })

  test('can be looked at', async () => {
    const path = join(tmpdir(), 'phial-site.png')
    await page.screenshot({ path, fullPage: true })
    expect((await stat(path)).size).toBeGreaterThan(1000)
    console.log(`a picture of the page: ${path}`)
  })

  test('has no link of its own that leads nowhere', async () => {
    const anchors = await page.locator('a[href]').all()
    const paths = await Promise.all(anchors.map((anchor) => anchor.getAttribute('href')))
    const links = paths.map((path) => new URL(path ?? '', page.url()).href)
    const own = [...new Set(links)].filter((link) => link.startsWith(site.address))
    expect(own.length).toBeGreaterThan(0)
    for (const link of own) {
      const response = await page.goto(link)
      expect(response?.status(), link).toBeLessThan(400)
    }
  })

  test('made no fault that the browser reports', () => {
    expect(faults).toEqual([])
  })
})
