/**
 * Takes the X-ray pictures for the home page and the README, in the light and the dark color scheme: `pnpm --filter
 * @phial/docs picture`. Chromium must be at `/usr/bin/chromium`, or at the path in `CHROMIUM`.
 */
import { fileURLToPath } from 'node:url'
import { asApplication, call, type Middleware } from '@phial/core'
import { xray } from '@phial/xray'
import { Phial } from 'phial'
import { chromium } from 'playwright-core'

const poweredBy: Middleware = (app) =>
  function poweredBy(environ, startResponse) {
    return asApplication(app)(environ, (status, headers, excInfo) =>
      startResponse(status, [...headers, ['X-Powered-By', 'WSGI']], excInfo),
    )
  }

const app = new Phial(import.meta.url, { staticFolder: null })
app.get('/', () => 'Hello, world')
app.get('/hello/:name', ({ name }) => `Hello, ${name}`)

const site = xray(poweredBy(app.wsgiApp))
const ask = async (path: string): Promise<string> => {
  const headers = { Host: '127.0.0.1:8000', Accept: 'text/html' }
  return (await call(site, { path, headers, environ: { REMOTE_ADDR: '127.0.0.1' } })).text()
}
// The first request is slower, because it includes one-time initialization.
await ask('/hello/Ada')
await ask('/hello/Ada')
const [, id = ''] = /href="([^"]+)\.html"/.exec(await ask('/__xray__/')) ?? []
const page = await ask(`/__xray__/${id}.html`)

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    // oxlint-disable-next-line no-await-in-loop -- two pictures
    const tab = await browser.newPage({ colorScheme, viewport: { width: 930, height: 1000 } })
    await tab.setContent(page)
    const path = fileURLToPath(new URL(`xray-${colorScheme}.png`, import.meta.url))
    await tab.locator('.server').screenshot({ path })
  }
} finally {
  await browser.close()
}
