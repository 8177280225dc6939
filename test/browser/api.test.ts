import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, openBrowser } from './chromium.ts'
import { type Site, startExample } from './example.ts'
import { Visitor } from './visitor.ts'

describe.runIf(hasChromium)('the API’s page, in Chromium', () => {
  let site: Site
  let browser: Browser
  let visitor: Visitor

  beforeAll(async () => {
    site = await startExample('api')
    browser = await openBrowser()
    visitor = await Visitor.come(browser, site.address)
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    await site?.stop()
  })

  test('lists the operations', async () => {
    await visitor.page.goto('/')
    expect(await visitor.page.locator('h2').allInnerTexts()).toEqual([
      expect.stringMatching(/^GET\s+\/tasks$/),
      expect.stringMatching(/^POST\s+\/tasks$/),
      expect.stringMatching(/^GET\s+\/tasks\/\{id\}$/),
      expect.stringMatching(/^PATCH\s+\/tasks\/\{id\}$/),
      expect.stringMatching(/^DELETE\s+\/tasks\/\{id\}$/),
    ])
    expect(await visitor.look('api')).toEqual([])
  })

  test('its examples work: a page of the same site creates and reads a task', async () => {
    const made = await visitor.page.evaluate(async () => {
      const headers = { 'Content-Type': 'application/json' }
      const body = JSON.stringify({ title: 'Buy milk' })
      const response = await fetch('/tasks', { method: 'POST', headers, body })
      return [response.status, response.headers.get('location')]
    })
    expect(made).toEqual([201, '/tasks/1'])
    const response = await visitor.page.goto('/tasks/1')
    expect(await response?.json()).toMatchObject({ id: 1, title: 'Buy milk', done: false })
  })

  test('links to the description', async () => {
    await visitor.page.goto('/')
    await visitor.page.getByRole('link', { name: 'openapi.json' }).click()
    expect(await visitor.page.locator('body').innerText()).toContain('"openapi":"3.1.0"')
  })

  test('causes no error that the browser reports', () => {
    expect(visitor.complaints).toEqual([])
  })
})
