import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exampleSite, siteWith } from '../support/site.ts'

/** Faults: the file, a line to add at its end, and the expected report. */
const planted: [file: string, line: string, said: string][] = [
  [
    'app.ts',
    "app.get('/a', () => redirect(urlFor('helo')))",
    'No route has the endpoint "helo". Did you mean "hello"?',
  ],
  [
    'app.ts',
    "app.get('/b', () => redirect(urlFor('static')))",
    'Could not build a URL for endpoint "static" (/static/*path): values are missing: path.',
  ],
  [
    'app.ts',
    "app.get('/c', () => renderTemplate('indx'))",
    'Template "indx" was not found in FOLDER/templates. Did you mean "index"?',
  ],
  [
    'templates/index.eta',
    `<a href="<%= urlFor('environs') %>">`,
    'No route has the endpoint "environs". Did you mean "environ"?',
  ],
  [
    'templates/index.eta',
    "<%= urlFor('static', {}) %>",
    'Could not build a URL for endpoint "static" (/static/*path): values are missing: path.',
  ],
  [
    'templates/hello.eta',
    "<% layout('layouts') %>",
    'Template "layouts" was not found in FOLDER/templates. Did you mean "layout"?',
  ],
  [
    'templates/hello.eta',
    "<%~ include('./footer') %>",
    'Template "./footer" was not found in FOLDER/templates. A name without an extension refers to a file that ends in .eta.',
  ],
  [
    'templates/layout.eta',
    `<link href="<%= urlFor('static', { path: 'sites.css' }) %>">`,
    'no such file: /static/sites.css',
  ],
  ['templates/layout.eta', '<img src="/static/logo.png" alt="">', 'no such file: /static/logo.png'],
  [
    'templates/hello-form.eta',
    `<form method="post" action="<%= urlFor('environ') %>"></form>`,
    '/environ does not accept POST. Allowed: GET, HEAD, OPTIONS',
  ],
  [
    'templates/hello-form.eta',
    '<form method="post" action="/search"></form>',
    'no route matches /search',
  ],
  [
    'templates/hello-form.eta',
    '<form method="put" action="/hello"></form>',
    'expected the form method GET or POST, received PUT. Browsers send GET instead',
  ],
  [
    'templates/pictures.eta',
    '<p>{{ caption }}</p>',
    '{{ caption }} is not an Eta tag, so it is printed literally. Write <%= it.caption %>',
  ],
  [
    'templates/environ.eta',
    '<% } %>',
    'This } does not close a bracket. Remove it, or add { before it.',
  ],
]

test('phial check finds no fault in the example site, and every fault planted in a copy of it', async () => {
  await using site = await exampleSite()
  const whole = await site.run(['check'])
  expect(whole).toMatchObject({ code: 0, stderr: '' })
  const [, seen = ''] = /^No faults in (.*)\.\n$/.exec(whole.stdout) ?? []
  expect(seen).toMatch(/^\d+ source files? and \d+ templates$/)

  const expected: string[] = []
  for (const [name, line, said] of planted) {
    // oxlint-disable-next-line no-await-in-loop -- the faults go into the same files
    const before = await readFile(join(site.path, name), 'utf8')
    // oxlint-disable-next-line no-await-in-loop -- as above
    await site.write(name, `${before}${line}\n`)
    expected.push(`${name}:${before.split('\n').length}: ${said}`)
  }
  const { code, stdout, stderr } = await site.run(['check'])
  const lines = stdout.replaceAll(site.path, 'FOLDER').trimEnd().split('\n')
  expect(lines.toSorted()).toEqual(expected.toSorted())
  expect([code, stderr]).toEqual([1, `${planted.length} faults in ${seen}.\n`])
})

test('checks blueprints: relative names, overridden templates, their own files, hooks that add values', async () => {
  await using site = await siteWith({
    'app.ts': `import { Blueprint, g, int, Phial, renderTemplate, urlFor as to } from 'phial'
const shop = new Blueprint('shop', import.meta.url, { templateFolder: 'shop', staticFolder: 'files', urlPrefix: '/:lang/shop' })
shop.get('/', { endpoint: 'index' }, () => renderTemplate('shop'))
shop.get('/:id', { endpoint: 'item', params: { id: int } }, ({ id }) => to('.item', { id }) + to('.itm', { id }) + to('.item', {}))
shop.urlDefaults((endpoint, values) => { values.lang ??= g.lang })
export const app = new Phial(import.meta.url)
app.registerBlueprint(shop)
app.get('/posts/:id', { endpoint: 'post', params: { id: int } }, ({ id }) => {
  const name = 'post'
  const values = { id }
  return [to(name), to('post', values), to('post', { ...values }), to('post', { id: id + 1 }), to('post', { id: 'x' }), app.urlFor('pots')].join()
})
`,
    'shop/shop.eta':
      "<link href=\"<%= urlFor('shop.static', { lang: 'en', path: 'shop.css' }) %>\"><%= urlFor('.index') %>",
    'files/shop.css': '',
  })
  const { stdout } = await site.run(['check'])
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/^app\.ts:4: No route has the endpoint "itm"/),
    expect.stringMatching(/^app\.ts:11: .*"post" \(\/posts\/:id\): id: /),
    expect.stringMatching(/^app\.ts:11: No route has the endpoint "pots"/),
    '',
  ])
})

test('checks an app without templates', async () => {
  await using site = await siteWith({
    'app.ts': "import { Phial } from 'phial'\nexport const app = new Phial(import.meta.url)",
  })
  expect((await site.run(['check'])).stdout).toBe('No faults in 1 source file and 0 templates.\n')
})

test('reports misspelled names of data and fields', async () => {
  await using site = await siteWith({
    'app.ts': `import { Phial, renderTemplate, request } from 'phial'
import { z } from 'zod'
export const app = new Phial(import.meta.url)
const schema = z.object({ name: z.string() })
app.route('/', { endpoint: 'index', methods: ['GET', 'POST'] }, async () => {
  const form = await request.form(schema)
  return renderTemplate('index', { form, title: 'Hello' })
})`,
    'node_modules/zod/package.json': '{ "type": "module", "exports": "./index.js" }',
    'node_modules/zod/index.js': 'export const z = { object: () => ({}), string: () => ({}) }',
    'templates/index.eta': "<h1><%= it.titel + it.titel %></h1>\n<%= it.form.input('nme') %>",
  })
  expect((await site.run(['check'])).stdout.split('\n')).toEqual([
    'templates/index.eta:1: no code passes titel to this template. Did you mean it.title?',
    'templates/index.eta:2: the form form has no field nme. Did you mean name?',
    '',
  ])
})

test('reports tags of another template language, and the platform’s Response', async () => {
  await using site = await siteWith({
    'app.ts': `import { Phial } from 'phial'
export const app = new Phial(import.meta.url)
app.get('/', () => new Response('<h1>Hello</h1>'))`,
    'templates/index.eta': '<h1>\n<%= it.title %>: {{ user.name }}</h1>',
    'templates/open.eta': '<p>\n<% if (it.user) { %>\n<b>\n</b></p>',
  })
  expect((await site.run(['check'])).stdout.split('\n')).toEqual([
    "app.ts:3: this Response is the platform's, which sends strings as text/plain. Add import { Response } from 'phial', or set Content-Type",
    'templates/index.eta:2: {{ user.name }} is not an Eta tag, so it is printed literally. Write <%= it.user.name %>',
    expect.stringMatching(/^templates\/open\.eta:2: /),
    '',
  ])
})
