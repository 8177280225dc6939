import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { app } from './app.ts'

app.config.PICTURES = mkdtempSync(join(tmpdir(), 'pictures-'))
afterAll(() => rmSync(app.config.PICTURES, { recursive: true }))

const client = app.testClient()
const text = async (path: string): Promise<string> => (await client.get(path)).text()

describe('each page', () => {
  test('marks the current page in the navigation', async () => {
    expect(await text('/')).toContain('<a href="/" aria-current="page">Home</a>')
    expect(await text('/hello')).toContain('<a href="/hello" aria-current="page">Hello</a>')
    expect(await text('/hello/Ann')).toContain('<a href="/hello" aria-current="page">Hello</a>')
    expect(await text('/pictures')).toContain('aria-current="page">Pictures</a>')
    expect(await text('/environ')).toContain('aria-current="page">Environ</a>')
  })

  test('includes the prefix in its URLs if the site is mounted', async () => {
    const response = await client.get('/', { environ: { SCRIPT_NAME: '/shop' } })
    expect(await response.text()).toContain('href="/shop/static/site.css?v=')
  })

  test('has a stylesheet and an icon', async () => {
    const css = await client.get('/static/site.css')
    expect(css.headers.get('content-type')).toBe('text/css; charset=utf-8')
    expect((await client.get('/static/phial.svg')).status).toBe(200)
  })
})

describe('the greeting', () => {
  test('says hello to any name', async () => {
    const options = { form: { name: ' Ann & <b> ' }, followRedirects: true }
    const response = await client.post('/hello', options)
    expect(response.url).toBe('http://localhost/hello/Ann%20&%20%3Cb%3E')
    expect(await response.text()).toContain('<h1>Hello Ann &amp; &lt;b&gt;</h1>')
  })

  test('shows the form again for an empty name', async () => {
    const response = await client.post('/hello', { form: { name: ' ' } })
    expect(response.status).toBe(422)
    expect(await response.text()).toContain('id="name-error">Enter a name.</p>')
  })
})

describe('the pictures', () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
    'base64',
  )
  const send = (bytes: Uint8Array<ArrayBuffer>, type: string, form = {}) =>
    client.post('/pictures', {
      form: { caption: 'A <dot>', ...form },
      files: { picture: new File([bytes], 'me.png', { type }) },
      followRedirects: true,
    })

  test('are missing at first', async () => {
    expect(await text('/pictures')).toContain('There are no pictures yet.')
  })

  test('are shown after an upload', async () => {
    const page = await (await send(png, 'image/png')).text()
    expect(page).toContain('Thank you.')
    expect(page).toContain('A &lt;dot&gt;')
    const [, source = ''] = /<img src="([^"]+)" alt="" loading/.exec(page) ?? []
    const response = await client.get(source)
    expect(response.headers.get('content-type')).toBe('image/png')
    expect(Buffer.from(await response.arrayBuffer())).toEqual(png)
  })

  test('are stored once if a form is sent twice', async () => {
    const files = (): number => readdirSync(app.config.PICTURES).length
    const [, key = ''] = /name="key" value="([^"]+)"/.exec(await text('/pictures')) ?? []
    const before = files()
    await send(png, 'image/png', { key })
    await send(png, 'image/png', { key })
    expect(files()).toBe(before + 2)
  })

  test.for([
    ['too large', new Uint8Array(2_000_001), 'image/png', 'larger than 2 MB', 422],
    ['of another type', new Uint8Array(9), 'text/plain', 'Choose a PNG', 422],
    ['a picture only by name', new Uint8Array(9), 'image/png', 'This file is not a picture', 422],
    [
      'larger than any allowed file',
      new Uint8Array(16_000_001),
      'image/png',
      'is larger than',
      413,
    ],
  ] as const)('rejects a file that is %s, and says why', async ([, bytes, type, why, status]) => {
    const response = await send(bytes, type)
    expect(response.status).toBe(status)
    const page = await response.text()
    expect(page).toContain(why)
    if (status === 422) expect(page).toContain('value="A &lt;dot&gt;"')
  })

  test('does not serve other files of the folder', async () => {
    expect((await client.get('/pictures/..%2Fsecret-key')).status).toBe(404)
  })
})

test('the environ is a table, sorted by key and escaped', async () => {
  const response = await client.get('/environ?<b>', { headers: { 'X-Test': '<script>' } })
  const page = await response.text()
  const keys = [...page.matchAll(/<th scope="row">([^<]*)/g)].map(([, key]) => key)
  expect(keys).toContain('wsgi.input')
  expect(keys).toEqual(keys.toSorted((one = '', other = '') => (one < other ? -1 : 1)))
  expect(page).toContain('<th scope="row">HTTP_X_TEST</th><td>&lt;script&gt;</td>')
})

test('every error has the site’s error page', async () => {
  const missing = await client.get('/no/<b>')
  expect(missing.status).toBe(404)
  expect(await missing.text()).toContain('<code>/no/&lt;b&gt;</code>')
  const wrong = await client.delete('/hello')
  expect(wrong.status).toBe(405)
  expect(await wrong.text()).toContain('<h1>Method Not Allowed</h1>')
})
