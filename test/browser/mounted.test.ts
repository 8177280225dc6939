import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, openBrowser } from './chromium.ts'
import { type Site, startExample } from './example.ts'
import { Visitor } from './visitor.ts'

describe.runIf(hasChromium)('six applications under one roof, in Chromium', () => {
  let site: Site
  let browser: Browser
  let visitor: Visitor

  beforeAll(async () => {
    site = await startExample('mounted')
    browser = await openBrowser()
    visitor = await Visitor.come(browser, site.address)
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    await site?.stop()
  })

  const body = (): Promise<string> => visitor.page.locator('body').innerText()

  test('the front page is the Phial app', async () => {
    await visitor.page.goto('/')
    expect(await visitor.page.locator('h1').innerText()).toBe('One roof')
    expect(await visitor.look('mounted')).toEqual([])
  })

  test.for([
    ['The clock', /At \/clock it is \d{4}-/],
    ['The words', /3 words/],
    ['The guests', /Ada/],
    ['The weather', /Fair under the roof/],
    ['The letters', /Come over for tea/],
  ] as const)('%s answers with a page that links back', async ([name, says]) => {
    await visitor.page.goto('/')
    await visitor.page.getByRole('link', { name }).click()
    expect(await body()).toMatch(says)
    expect(await visitor.look(name)).toEqual([])
    await visitor.page.getByRole('link', { name: 'Back to the front' }).click()
    expect(await visitor.page.locator('h1').innerText()).toBe('One roof')
  })

  test('Express receives a form from the Phial page', async () => {
    await visitor.page.goto('/')
    await visitor.send({ 'Sign the guest list': 'Zoë & <b>' }, 'Sign')
    expect(new URL(visitor.page.url()).pathname).toBe('/guests/')
    expect(await body()).toContain('Zoë & <b>')
  })

  test('causes no error that the browser reports', () => {
    expect(visitor.complaints).toEqual([])
  })
})
