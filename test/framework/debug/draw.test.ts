import { describe, expect, test } from 'vitest'
import { draw } from '../../../packages/framework/dist/debug/draw.js'
import { ask } from './support.ts'

const page = async (path: string): Promise<string> => (await ask(path)).answer.text()

describe('the page', () => {
  test('shows the request, the error, its location and the route', async () => {
    const html = await page('/orders/7?page=2')
    expect(html).toMatch(/^<!doctype html>/)
    expect(html).toContain('<title>Error: Order 7 could not be read from the archive</title>')
    expect(html).toContain('GET http://localhost/orders/7?page=2')
    expect(html).toMatch(/<details class="place" open><summary><code class="file">[^<]*app\.ts/)
    expect(html).toMatch(/<span class="line marked"><i>\d+<\/i> {4}throw new Error/)
    expect(html).toContain('Caused by SyntaxError')
    expect(html).toContain('<td>/orders/:id</td>')
  })

  test('opens one frame of each error, which is the app’s', async () => {
    const html = await page('/orders/7')
    expect(html.match(/class="place" open/g)).toHaveLength(2)
    expect(html).toMatch(/<summary>(?:one frame|\d+ frames) in libraries and Node<\/summary>/)
  })

  test('explains an error code of Phial', async () => {
    const html = await page('/link')
    expect(html).toContain('No route has the endpoint &quot;ordr&quot;. Did you mean')
    expect(html).toMatch(/<aside class="hint">\n<p><code>urlFor<\/code> received an endpoint/)
    expect(html).toContain('<code>phial explain ERR_PHIAL_ENDPOINT_UNKNOWN</code>')
    expect(await page('/says')).not.toContain('class="hint"')
  })

  test('shows the source of a template', async () => {
    expect(await page('/cart')).toMatch(/marked"><i>4<\/i> {2}&lt;li&gt;&lt;%= item\.name/)
  })

  test('escapes the error', async () => {
    const html = await page('/says')
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(html).not.toMatch(/<script|\son\w+=|javascript:/)
  })

  test('escapes the request', async () => {
    const evil = '"><img src=x onerror=alert(1)>'
    const { answer } = await ask(`/says?${encodeURIComponent(evil)}=${encodeURIComponent(evil)}`, {
      'X-Evil': evil,
      'User-Agent': evil,
      Cookie: `<img>=1; a=${evil}`,
    })
    expect(answer.text()).not.toContain('<img')
  })

  test('loads no scripts, images, fonts or style sheets', async () => {
    expect(await page('/says')).not.toMatch(/<(?:script|link|img|iframe|object|form)\b|src=|href=/)
  })

  test('is drawn without frames and without a request', () => {
    const trace = {
      name: 'Error',
      message: 'a\nb',
      code: 'ENOENT',
      help: undefined,
      frames: [],
      causes: [],
    }
    const html = draw({ request: undefined, trace, facts: [] })
    expect(html).toContain('The application could not be loaded')
    expect(html).toContain('The error has no stack')
    expect(html).toContain('<title>Error: a</title>')
    expect(html).toContain('<p class="code">ENOENT</p>')
  })

  test('opens a frame of a library if the app has none', () => {
    const frame = { file: 'a.js', line: 1, column: 2, where: 'f', isApp: false }
    const frames = [{ ...frame, source: [{ number: 1, text: 'x' }] }]
    const trace = {
      name: 'Error',
      message: 'a',
      code: undefined,
      help: undefined,
      frames,
      causes: [],
    }
    expect(draw({ request: undefined, trace, facts: [] })).toContain('class="place" open')
  })
})
