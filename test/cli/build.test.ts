import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type AppBuild, Blueprint, Phial, renderTemplate } from 'phial'
import { expect, test } from 'vitest'
import { siteWith } from './support/site.ts'

const APP = `import { Blueprint, Phial } from 'phial'
export const app = new Phial(import.meta.url)
app.templateGlobal('year', () => 2000)
const options = { templateFolder: 'theirs', staticFolder: 'goods' }
app.registerBlueprint(new Blueprint('shop', import.meta.url, options), { urlPrefix: '/shop' })`

const FILES = {
  'app.ts': APP,
  'templates/index.eta': "<%= year() %> <%~ include('part/row', { x: '<' }) %>",
  'templates/part/row.eta': '[<%= it.x %>]',
  'templates/.index.eta.swp': '<% if (',
  'theirs/goods.eta': 'goods',
  'static/site.css': 'a {}',
  'static/.hidden': 'hidden',
  'goods/nail.txt': 'nail',
}

async function read(path: string): Promise<AppBuild> {
  return ((await import(pathToFileURL(path).href)) as { default: AppBuild }).default
}

/** Runs the same app in a folder without templates and static files. */
function bundled(build: AppBuild): Phial {
  const app = new Phial(undefined)
  app.templateGlobal('year', () => 2000)
  const shop = new Blueprint('shop', undefined, { templateFolder: 'theirs', staticFolder: 'goods' })
  app.registerBlueprint(shop, { urlPrefix: '/shop' })
  app.get('/', () => renderTemplate(['index', 'goods']))
  app.get('/goods', () => renderTemplate('goods'))
  app.useBuild(build)
  return app
}

test('phial build writes the templates and the versions of static files, including those of blueprints', async () => {
  await using site = await siteWith(FILES)
  expect(await site.run(['build'])).toEqual({
    code: 0,
    stderr: '',
    stdout:
      'build/phial.js: templates: 3, static files: 2 (versions only; --static adds the bytes)\n',
  })
  const build = await read(join(site.path, 'build/phial.js'))
  expect(Object.keys(build.staticFiles['static'] ?? {})).toEqual(['site.css'])
  expect(build.staticFiles['shop.static']?.['nail.txt']).toEqual({
    hash: expect.stringMatching(/^[\w-]{12}$/) as unknown,
  })
  const client = bundled(build).testClient()
  expect(await (await client.get('/')).text()).toBe('2000 [&lt;]')
  expect(await (await client.get('/goods')).text()).toBe('goods')
  expect((await client.get('/static/site.css')).status).toBe(404)
  expect(await readFile(join(site.path, 'build/phial.d.ts'), 'utf8')).toContain('AppBuild')
})

test('--static adds the bytes, so that an app without files serves them', async () => {
  await using site = await siteWith(FILES)
  const { stdout } = await site.run(['build', '--static', '--out', 'made/site.mjs'])
  expect(stdout).toBe('made/site.mjs: templates: 3, static files: 2\n')
  const client = bundled(await read(join(site.path, 'made/site.mjs'))).testClient()
  expect(await (await client.get('/static/site.css')).text()).toBe('a {}')
  expect(await (await client.get('/shop/goods/nail.txt')).text()).toBe('nail')
  expect(await readFile(join(site.path, 'made/site.d.mts'), 'utf8')).toContain('AppBuild')
})

test('reports a template that cannot be compiled, and an output file that is not JavaScript', async () => {
  await using site = await siteWith({ 'app.ts': APP, 'templates/page.eta': 'a\n<% const = 1 %>' })
  const broken = await site.run(['build'])
  expect(broken.code).toBe(1)
  expect(broken.stderr).toContain('page.eta:2: SyntaxError')
  const typed = await site.run(['build', '--out', 'site.ts'])
  expect([typed.code, typed.stderr]).toEqual([2, expect.stringContaining('ends in .js or .mjs')])
})
