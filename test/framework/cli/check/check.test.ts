import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exampleSite, siteWith } from '../program/support.ts'

/** Faults by what they replace in which file, and what is said of them. */
const planted: [file: string, from: string, to: string, said: RegExp][] = [
  [
    'app.ts',
    "urlFor('hello', { name",
    "urlFor('helo', { name",
    /^app\.ts:38: No route has the endpoint "helo"\. Did you mean "hello"\?$/,
  ],
  [
    'app.ts',
    "renderTemplate('environ'",
    "renderTemplate('enviro'",
    /^app\.ts:61: There is no template "enviro" in /,
  ],
  [
    'app.ts',
    "renderTemplate('error', { error })",
    "redirect(urlFor('static'))",
    /^app\.ts:64: Could not build a URL for endpoint "static" .*values are missing: path\.$/,
  ],
  [
    'templates/index.eta',
    "urlFor('environ')",
    "urlFor('environs')",
    /^templates\/index\.eta:14: No route has the endpoint "environs"\. Did you mean "environ"\?$/,
  ],
  [
    'templates/hello.eta',
    "urlFor('hello')",
    "urlFor('static', {})",
    /^templates\/hello\.eta:4: .*values are missing: path\.$/,
  ],
  [
    'templates/hello.eta',
    "layout('layout'",
    "layout('layouts'",
    /^templates\/hello\.eta:1: There is no template "layouts" in /,
  ],
  [
    'templates/index.eta',
    '</ul>',
    "</ul>\n<%~ include('./footer') %>",
    /^templates\/index\.eta:22: There is no template "\.\/footer" in /,
  ],
  [
    'templates/layout.eta',
    "'site.css'",
    "'sites.css'",
    /^templates\/layout\.eta:8: there is no such file: \/static\/sites\.css$/,
  ],
  [
    'templates/layout.eta',
    '</footer>',
    '<img src="/static/logo.png" alt=""></footer>',
    /^templates\/layout\.eta:29: there is no such file: \/static\/logo\.png$/,
  ],
  [
    'templates/hello-form.eta',
    '<form method="post">',
    '<form method="post" action="<%= urlFor(\'environ\') %>">',
    /^templates\/hello-form\.eta:4: \/environ does not take POST; it takes GET, HEAD, OPTIONS$/,
  ],
  [
    'templates/error.eta',
    '</h1>',
    '</h1>\n<form method="post" action="/search"></form>',
    /^templates\/error\.eta:4: nothing answers \/search$/,
  ],
  [
    'templates/error.eta',
    '<h1>',
    '<form method="put" action="/hello"></form><h1>',
    /^templates\/error\.eta:3: a form sends GET or POST; for PUT browsers send GET$/,
  ],
  [
    'templates/environ.eta',
    '<% } %>',
    '<% }} %>',
    /^templates\/environ\.eta:12: There is a } too many\.$/,
  ],
]

test('phial check: nothing in the example site, and each of the faults that are planted in a copy', async () => {
  await using site = await exampleSite()
  expect(await site.run(['check'])).toEqual({
    code: 0,
    stdout: 'No faults in 4 files of code, 7 templates.\n',
    stderr: '',
  })
  for (const [name, from, to] of planted) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other into the same files
    const before = await readFile(join(site.path, name), 'utf8')
    expect(before).toContain(from)
    // oxlint-disable-next-line no-await-in-loop -- as above
    await site.write(
      name,
      before.replace(from, () => to),
    )
  }
  const { code, stdout, stderr } = await site.run(['check'])
  const lines = stdout.trimEnd().split('\n')
  for (const [, , , said] of planted) expect(lines).toContainEqual(expect.stringMatching(said))
  expect(lines).toHaveLength(planted.length)
  expect([code, stderr]).toEqual([1, `${planted.length} faults in 4 files of code, 7 templates.\n`])
})

test('blueprints: relative names, hidden templates, files of their own; hooks that add values', async () => {
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

test('an app without templates', async () => {
  await using site = await siteWith({
    'app.ts': "import { Phial } from 'phial'\nexport const app = new Phial(import.meta.url)",
  })
  expect((await site.run(['check'])).stdout).toBe('No faults in 1 file of code, 0 templates.\n')
})
