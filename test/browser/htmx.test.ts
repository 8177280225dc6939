/** Tests the page about htmx in a browser, under the policy that `securityHeaders` sends. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blocksOf } from '../docs/page.ts'
import { play, playedOf } from '../docs/play.ts'
import { Stage } from '../docs/stage.ts'
import { read } from '../house/workspace.ts'
import { hasChromium, openBrowser } from './chromium.ts'
import { type Site, startFolder } from './example.ts'
import { Visitor } from './visitor.ts'

const PAGE = 'docs/guide/htmx.md'
const blocks = playedOf(blocksOf(read(PAGE)))

const GUARDED = `import { securityHeaders } from '@phial/core'
import { app } from './app.ts'

app.wsgiApp = securityHeaders()(app.wsgiApp)
app.afterRequest(async (response) => {
  const config = '<meta name="htmx-config" content=\\'{"includeIndicatorCSS":false}\\'>'
  if (typeof response.body === 'string') response.body = response.body.replace('<title>', config + '<title>')
  return response
})
export { app }
`

describe.runIf(hasChromium)(`${PAGE}, in Chromium`, { timeout: 60_000 }, () => {
  let stage: Stage
  let site: Site
  let browser: Browser
  let visitor: Visitor

  beforeAll(async () => {
    stage = await Stage.set(PAGE)
    // The test on the page itself adds tasks. Here only its files and commands are used.
    for (const block of blocks.filter(
      ({ file, language }) => file !== undefined || language === 'sh',
    ))
      await play(stage, block, blocks)
    await stage.write('guarded.ts', GUARDED)
    site = await startFolder(stage.path, 'guarded:app')
    browser = await openBrowser()
    visitor = await Visitor.come(browser, site.address)
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    await site?.stop()
    await stage?.strike()
  })

  test('a form adds a task without loading the page again', async () => {
    const { page } = visitor
    await page.goto('/')
    await page.evaluate(() => Object.assign(globalThis, { isSame: true }))
    await visitor.send({ 'New task': 'Drink tea' }, 'Add')
    await page.getByText('Drink tea').waitFor()
    expect(await page.locator('#tasks li').allInnerTexts()).toEqual(['Buy tea', 'Drink tea'])
    expect(await page.getByLabel('New task').inputValue()).toBe('')
    expect(await page.evaluate(() => Reflect.get(globalThis, 'isSame'))).toBe(true)
  })

  test('a form with a mistake is shown again, with its error', async () => {
    const { page } = visitor
    await page.locator('form').evaluate((form) => form.setAttribute('novalidate', ''))
    await visitor.send({ 'New task': 'x' }, 'Add')
    await page.getByText('Use three characters or more.').waitFor()
    expect(await page.getByLabel('New task').inputValue()).toBe('x')
    expect(await page.evaluate(() => Reflect.get(globalThis, 'isSame'))).toBe(true)
  })

  test('the policy blocks nothing that the page needs', () => {
    expect(visitor.complaints).toEqual([])
  })
})
