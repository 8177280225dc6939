import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Service, serve } from '@phial/server'
import { debugged } from 'phial/debug'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeApp, secretKey } from '../framework/debug/app.ts'
import { hasChromium, openBrowser } from './chromium.ts'

const paths = ['/orders/7?token=abc', '/cart', '/text', '/link', '/says', '/stream', '/text-thrown']

describe.runIf(hasChromium)('the debug page, in Chromium', () => {
  let service: Service
  let browser: Browser

  beforeAll(async () => {
    service = await serve(debugged(makeApp()), { bind: '127.0.0.1:0', errorLog: () => undefined })
    browser = await openBrowser()
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    await service?.close(true)
  })

  async function open(colorScheme: 'light' | 'dark', width: number): Promise<Page> {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } })
    return context.newPage()
  }

  const addressOf = (path: string): string => new URL(path, service.addresses[0]).href

  test.each([
    ['light', 1200],
    ['dark', 1200],
    ['light', 360],
    ['dark', 360],
  ] as const)('fits into the window in %s mode, %i px wide', async (scheme, width) => {
    const page = await open(scheme, width)
    for (const path of paths) {
      const response = await page.goto(addressOf(path))
      expect(response?.status(), path).toBe(500)
      const wide = Number(await page.evaluate('document.documentElement.scrollWidth'))
      expect(wide, path).toBeLessThanOrEqual(width)
      const name = `phial-debug-${path.replaceAll(/\W+/g, '-')}-${scheme}-${width}.png`
      await page.screenshot({ path: join(tmpdir(), name), fullPage: true })
    }
    await page.context().close()
  })

  test('loads no other resources, and causes no error', async () => {
    const page = await open('light', 1200)
    const asked: string[] = []
    const faults: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('dialog', (dialog) => faults.push(dialog.message()))
    await page.goto(addressOf('/says'))
    expect(asked).toEqual([addressOf('/says')])
    expect(faults).toEqual([])
    expect(await page.evaluate('document.scripts.length')).toBe(0)
    await page.context().close()
  })

  test('unfolds and folds source lines without a script', async () => {
    const page = await open('light', 1200)
    await page.goto(addressOf('/orders/7'))
    const second = page.locator('details.place').nth(1)
    expect(await second.getAttribute('open')).toBeNull()
    await second.locator('summary').click()
    expect(await second.getAttribute('open')).toBe('')
    expect(await second.locator('.marked').isVisible()).toBe(true)
    await page.context().close()
  })

  test('contains no secrets, folded or not', async () => {
    const page = await open('light', 1200)
    await page.goto(addressOf('/says'))
    expect(await page.content()).not.toMatch(new RegExp(`${secretKey}|hunter2|sesame-open`))
    await page.context().close()
  })
})
