import { openBrowser } from './chromium.ts'
const [,, url, out, w = '1280', h = '800', full = '1', scheme='light'] = process.argv
const browser = await openBrowser()
const page = await (await browser.newContext({ colorScheme: scheme as 'light', viewport: { width: Number(w), height: Number(h) } })).newPage()
await page.goto(url!)
await page.screenshot({ path: out!, fullPage: full === '1' })
await browser.close()
