import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../house/workspace.ts'
import { hasChromium, openBrowser } from './chromium.ts'
import { type Site, startFolder } from './example.ts'
import { Visitor } from './visitor.ts'

const isBuilt = existsSync(join(root, 'docs/dist/index.html'))
if (!isBuilt) console.log('The site of the pages is skipped: `pnpm docs:build` builds it.')

describe.runIf(hasChromium && isBuilt)('the site of the pages, in Chromium', () => {
  let site: Site
  let browser: Browser
  let visitor: Visitor
  /** Every origin that the browser sent a request to. */
  const asked = new Set<string>()

  beforeAll(async () => {
    site = await startFolder(join(root, 'docs'), 'app:app')
    browser = await openBrowser()
    visitor = await Visitor.come(browser, site.address)
    visitor.page.on('request', (request) => asked.add(new URL(request.url()).origin))
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    await site?.stop()
  })

  /** The text of a heading, without the zero-width text of its link. */
  const heading = async (): Promise<string> =>
    (await visitor.page.locator('h1').innerText()).replace(/\s*\u200B$/, '')

  test.for([
    ['/', 'A complete WSGI for TypeScript'],
    ['/docs/serving.html', 'Serving a site'],
    ['/packages/core/SPEC.html', 'The gateway interface'],
    ['/docs/reference/api/@phial/core/', '@phial/core'],
    ['/docs/reference/api/phial/classes/Phial.html', 'Phial'],
    ['/docs/reference/source/packages/core/src/call.ts.html', 'call.ts'],
  ] as const)(
    'shows %s in light and dark mode, on a phone and on a desktop',
    async ([path, title]) => {
      const response = await visitor.page.goto(path, { waitUntil: 'networkidle' })
      expect(response?.status()).toBe(200)
      expect(await heading()).toContain(title)
      expect(await visitor.look(`docs-${path.replaceAll(/\W+/g, '-')}`)).toEqual([])
    },
  )

  test('finds a name without another server', async () => {
    const { page } = visitor
    await page.goto('/')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('searchbox').fill('startResponse')
    const found = page.getByRole('option').first()
    await expect.poll(() => found.innerText()).toContain('StartResponse')
    expect(await visitor.look('docs-search')).toEqual([])
    await page.keyboard.press('Enter')
    await expect.poll(() => heading()).toContain('StartResponse')
  })

  test.for([
    ['sqlite', 'Databases and migrations'],
    ['pagination', 'Pagination'],
    ['markdown', 'Markdown'],
    ['login', 'Sessions, accounts and login'],
    ['htmx', 'htmx, and JavaScript without a build step'],
    ['tsconfig', 'Your first site, from an empty folder'],
    ['upload', 'Files and uploads'],
  ])('a search for %s finds the page "%s" first', async ([query, title]) => {
    const { page } = visitor
    await page.goto('/')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('searchbox').fill(query)
    const found = page.getByRole('option').first()
    await expect.poll(() => found.innerText()).toMatch(new RegExp(query, 'i'))
    await page.keyboard.press('Enter')
    await expect.poll(() => heading()).toBe(title)
  })

  test('a name at the end of a page of the guide links to the reference', async () => {
    const { page } = visitor
    await page.goto('/docs/guide/routing.html')
    await page.getByRole('main').getByRole('link', { name: 'urlFor', exact: true }).click()
    await expect.poll(() => heading()).toContain('urlFor')
  })

  test('links from a page to the source that it mentions', async () => {
    const { page } = visitor
    await page.goto('/docs/reference/api/@phial/core/functions/call.html')
    await page.getByRole('link', { name: /packages\/core\/src\/call\.ts/ }).click()
    await expect.poll(() => heading()).toBe('call.ts')
    expect(await page.locator('pre').innerText()).toContain('export interface CallOptions')
  })

  test('has a page for unknown paths', async () => {
    const response = await visitor.page.goto('/no/such/page.html')
    expect(response?.status()).toBe(404)
    expect(await visitor.look('docs-not-found')).toEqual([])
  })

  test('sends no request to another origin, and causes no error that the browser reports', () => {
    expect([...asked]).toEqual([site.address])
    expect(visitor.complaints).toEqual([])
  })
})
