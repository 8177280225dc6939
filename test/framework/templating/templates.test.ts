import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  abort,
  Blueprint,
  g,
  Phial,
  type PhialOptions,
  renderTemplate,
  renderTemplateString,
  TemplateError,
  TemplateNotFound,
} from 'phial'
import { describe, expect, test } from 'vitest'

const make = (config: PhialOptions['config'] = {}): Phial => new Phial(import.meta.url, { config })
const render = (name: string, data?: object): string =>
  make()
    .appContext()
    .run(() => renderTemplate(name, data))

/** Returns the error that rendering throws. */
function failure(name: string): TemplateError {
  try {
    render(name)
  } catch (error) {
    if (error instanceof TemplateError) return error
    throw error
  }
  throw new Error(`${name} did not fail`)
}

describe('a template', () => {
  test('is escaped, except for raw output', () => {
    const text = render('hello', { name: '<b>&"\'', html: '<b>' })
    expect(text).toContain('<p>Hello &lt;b&gt;&amp;&quot;&#39;! <b></p>')
    expect(text).toContain('<i>&lt;b&gt;&amp;&quot;&#39;</i>')
  })

  test('has a layout with blocks', () => {
    const text = render('hello', { name: 'Ann' })
    expect(text).toMatch(/^<!doctype html>\n<title>Hello<\/title>\n<p>Hello Ann!/)
    expect(text).toContain('<footer>From the page</footer>')
  })

  test('prints nothing for undefined and null, and prints 0 and false', () => {
    expect(render('nothing')).toBe('[0false]\n')
  })

  test('can use request, g, config and urlFor', async () => {
    const app = make({ TITLE: 'T' })
    app.get('/', () => {
      g['user'] = 'Ann'
      return renderTemplate('hands')
    })
    expect(await (await app.testClient().get('/')).text()).toBe('/ Ann T /?q=a+b\n')
  })

  test('may redeclare those names', () => {
    expect(render('shadow', { g: 'own' })).toBe('mine own\n')
  })

  test('can be rendered from a string', () => {
    const text = make()
      .appContext()
      .run(() => renderTemplateString('<%= it.x %>', { x: '<' }))
    expect(text).toBe('&lt;')
  })

  test('is found by its name with extension', () => {
    expect(render('part.eta', { part: 1 })).toBe('<i>1</i>\n')
  })

  test('can abort the request', async () => {
    const app = make()
    app.get('/', () => renderTemplate('abort', { abort }))
    expect((await app.testClient().get('/')).status).toBe(404)
  })
})

describe('an error has the template’s file and line', () => {
  test.each([
    ['broken/name', 'broken/name.eta', 3, 'ReferenceError: nam is not defined'],
    ['broken/syntax', 'broken/syntax.eta', 3, 'SyntaxError: Unexpected token'],
    ['broken/unclosed', 'broken/unclosed.eta', 2, 'This tag is not closed'],
    ['broken/include', 'broken/name.eta', 3, 'ReferenceError: nam is not defined'],
    ['broken/missing', 'broken/missing.eta', 2, 'was not found'],
  ])('%s', (name, file, line, reason) => {
    const error = failure(name)
    expect(error.file.endsWith(file)).toBe(true)
    expect(error.line).toBe(line)
    expect(error.message).toContain(`${file}:${line}: `)
    expect(error.message).toContain(reason)
    expect(error.message).toMatch(new RegExp(`^> +${line} \\|`, 'm'))
  })

  test('for a template from a string, has a description instead of a file', () => {
    const rendering = (): string =>
      make()
        .appContext()
        .run(() => renderTemplateString('\n<%= nam %>'))
    expect(rendering).toThrow('a template from a string:2: ReferenceError: nam')
  })

  test.each(['none', '../app.test.ts', '/etc/passwd', '..'])('%s is not found', (name) => {
    expect(() => render(name)).toThrow(TemplateNotFound)
    expect(() => render(name)).toThrow(join('templating', 'templates'))
  })
})

test('templates are cached in production and reloaded in debug mode', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'phial-templates-'))
  const file = join(folder, 'page.eta')
  const source = pathToFileURL(join(folder, 'app.ts')).href
  const make = (DEBUG: boolean): Phial =>
    new Phial(source, { templateFolder: '.', config: { DEBUG } })
  try {
    await copyFile(new URL('templates/part.eta', import.meta.url), file)
    const [kept, fresh] = [make(false), make(true)]
    const show = (app: Phial): string =>
      app.appContext().run(() => renderTemplate('page', { part: '' }))
    expect([show(kept), show(fresh)]).toEqual(['<i></i>\n', '<i></i>\n'])
    await writeFile(file, 'changed')
    expect([show(kept), show(fresh)]).toEqual(['<i></i>\n', 'changed'])
  } finally {
    await rm(folder, { recursive: true })
  }
})

describe('template filters and globals', () => {
  test('are available by name in every template', async () => {
    const app = make()
    const shop = new Blueprint('shop', import.meta.url)
    app.templateFilter('upper', (text: string) => text.toUpperCase())
    app.templateGlobal('year', 2000)
    shop.appTemplateFilter('twice', (text: string) => text + text)
    shop.appTemplateGlobal('shopName', 'Tea')
    app.registerBlueprint(shop)
    app.get('/', () =>
      renderTemplateString('<%= upper(twice(it.x)) %> <%= year %> <%= shopName %>', { x: '<a' }),
    )
    expect(await (await app.testClient().get('/')).text()).toBe('&lt;A&lt;A 2000 Tea')
    expect(() => app.templateGlobal('late', 1)).toThrow('after the first request')
  })

  test('are available in templates that were rendered before', () => {
    const app = make()
    const show = (): string => app.appContext().run(() => renderTemplate('year'))
    expect(show).toThrow('year is not defined')
    app.templateGlobal('year', 2000)
    expect(show()).toBe('2000\n')
  })

  test.each(['include', 'it', '__eta', 'a-b', '1a', '', 'a b'])(
    'throw TypeError for the name %j',
    (name) => {
      expect(() => make().templateGlobal(name, 1)).toThrow(TypeError)
    },
  )

  test('can replace those of Phial', () => {
    const app = make()
    app.templateGlobal('tojson', () => 'mine')
    expect(app.appContext().run(() => renderTemplateString('<%= tojson(1) %>'))).toBe('mine')
  })
})
