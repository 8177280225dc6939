import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { siteWith } from '../cli/support/site.ts'
import { hasChromium, openBrowser } from './chromium.ts'

const app = `import { Phial, renderTemplate } from 'phial'
export const app = new Phial(import.meta.url)
app.get('/', () => renderTemplate('index', { word: 'one' }))
`
const template = `<!doctype html><title>A</title><link rel="stylesheet" href="<%= urlFor('static', { path: 'a.css' }) %>">
<h1>Hello <%= it.word %></h1>`

describe.runIf(hasChromium)('phial run refreshes the page in Chromium', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  }, 60_000)
  afterAll(() => browser?.close())

  test('when a template, a stylesheet or code changes, even to code that cannot be loaded', async () => {
    const site = await siteWith({
      'app.ts': app,
      'templates/index.eta': template,
      'static/a.css': 'h1 { color: rgb(1, 1, 1) }',
    })
    onTestFinished(() => site[Symbol.asyncDispose]())
    const command = site.start(['run', '--port', '0'])
    onTestFinished(() => command[Symbol.asyncDispose]())
    const [, address = ''] = await command.says(/For debug pages, open (\S+)/)
    const page = await browser.newPage()
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    await page.goto(address)
    await page.getByText('Hello one').waitFor()

    await site.write('templates/index.eta', template.replace('Hello', 'Goodbye'))
    await page.getByText('Goodbye one').waitFor()
    await site.write('static/a.css', 'h1 { color: rgb(2, 2, 2) }')
    await page.waitForFunction(
      "getComputedStyle(document.querySelector('h1')).color === 'rgb(2, 2, 2)'",
    )
    await site.write('app.ts', app.replace("'one'", "'two'"))
    await page.getByText('Goodbye two').waitFor()
    await site.write('app.ts', 'const = 1')
    await page.getByText('ERROR').first().waitFor()
    await site.write('app.ts', app.replace("'one'", "'three'"))
    await page.getByText('Goodbye three').waitFor()
    expect(faults).toEqual([])
  })
})
