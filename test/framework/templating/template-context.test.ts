import { fileURLToPath, pathToFileURL } from 'node:url'
import {
  beforeRenderTemplate,
  Blueprint,
  renderTemplate,
  renderTemplateString,
  streamTemplate,
  streamTemplateString,
  templateRendered,
} from 'phial'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { logging, make, messages } from '../support.ts'
import { appWith, folderWith, inApp } from './support.ts'

describe('context processors of the app, then of blueprints, are overridden by the view’s data', () => {
  test('in a request', async () => {
    const app = make()
    const shop = new Blueprint('shop', import.meta.url, { urlPrefix: '/shop' })
    const source = '<%= it.a %><%= it.b %><%= it.c %>'
    app.contextProcessor(() => ({ a: 'app', b: 'app', c: 'app' }))
    shop.contextProcessor(() => ({ b: 'shop', c: 'shop' }))
    shop.get('/', () => renderTemplateString(source, { c: 'view' }))
    app.get('/', () => renderTemplateString(source, { c: undefined }))
    app.registerBlueprint(shop)
    const client = app.testClient()
    expect(await (await client.get('/shop/')).text()).toBe('appshopview')
    expect(await (await client.get('/')).text()).toBe('appapp')
  })

  test('in includes, layouts and streams, and outside of a request', async () => {
    const app = appWith({
      'page.eta': "<% layout('base') %><%~ include('part') %>",
      'base.eta': '<%= it.who %>[<%~ it.body %>]',
      'part.eta': '<%= it.who %>',
    })
    app.contextProcessor(() => ({ who: 'me' }))
    expect(inApp(() => renderTemplate('page'), app)).toBe('me[me]')
    app.get('/', () => streamTemplate('page'))
    expect(await (await app.testClient().get('/')).text()).toBe('me[me]')
  })
})

test('the app’s templates take precedence over those of blueprints, which are searched in order of registration', async () => {
  const app = appWith({ 'both.eta': 'app' })
  for (const name of ['one', 'two']) {
    const folder = folderWith({ 'both.eta': name, 'theirs.eta': name, [`${name}.eta`]: name })
    const blueprint = new Blueprint(name, pathToFileURL(`${folder}/x.ts`).href, {
      templateFolder: '.',
    })
    blueprint.get(`/${name}`, () => renderTemplate(name))
    app.registerBlueprint(blueprint)
  }
  const names = ['both', 'theirs', 'two']
  expect(names.map((name) => inApp(() => renderTemplate(name), app))).toEqual(['app', 'one', 'two'])
  expect(fileURLToPath(import.meta.url)).toContain('template-context')
})

describe('beforeRenderTemplate and templateRendered', () => {
  test('are sent with the name and the complete data', async () => {
    const app = appWith({ 'page.eta': '<% it.note("render") %>' })
    const seen: unknown[] = []
    onTestFinished(
      beforeRenderTemplate.connect(
        (_, { template, data }) => seen.push('before', template, 'who' in data),
        app,
      ),
    )
    onTestFinished(templateRendered.connect((_, { template }) => seen.push('after', template), app))
    app.contextProcessor(() => ({ who: 'me' }))
    const note = (what: string): unknown => seen.push(what)
    inApp(() => renderTemplate('page', { note }), app)
    expect(seen.splice(0)).toEqual(['before', 'page.eta', true, 'render', 'after', 'page.eta'])
    inApp(() => renderTemplateString('x'), app)
    expect(seen.splice(0)).toEqual(['before', undefined, true, 'after', undefined])
    app.get('/', () => streamTemplate('page', { note }))
    app.get('/text', () => streamTemplateString('<% it.note("render") %>', { note }))
    await app.testClient().get('/')
    expect(seen.splice(0)).toEqual(['before', 'page.eta', true, 'render', 'after', 'page.eta'])
    await app.testClient().get('/text')
    expect(seen).toEqual(['before', undefined, true, 'render', 'after', undefined])
  })
})

describe('undefined prints nothing and is logged in debug mode', () => {
  const page = { 'page.eta': 'a\n<%= it.nmae %><%~ it.user?.age %><%= it.name %><%= null %>' }

  test('once for each tag, in the request’s log', async () => {
    const app = appWith(page, { DEBUG: true, LOG_FORMAT: 'json' })
    app.get('/', () => renderTemplate('page', { name: 'x' }))
    const { log, environ } = logging()
    const client = app.testClient()
    expect(await (await client.get('/', { environ })).text()).toBe('a\nx')
    await client.get('/', { environ })
    const file = `${app.rootPath}/page.eta`
    expect(messages(log())).toEqual([
      `${file}:2: it.nmae is undefined, so nothing was printed. Check its name, or print a default with ??.`,
      `${file}:2: it.user?.age is undefined, so nothing was printed. Check its name, or print a default with ??.`,
    ])
  })

  test('on the console outside of a request', () => {
    const error = vi.spyOn(console, 'error').mockReturnValue()
    onTestFinished(() => error.mockRestore())
    inApp(() => renderTemplate('page', { name: 'x' }), appWith(page, { DEBUG: true }))
    expect(error).toHaveBeenCalledTimes(2)
  })

  test('with the tag that printed it, even if its code runs other tags', () => {
    const error = vi.spyOn(console, 'error').mockReturnValue()
    onTestFinished(() => error.mockRestore())
    const page = '<% const row = (x) => { %><%= x %><% } %>\n<%= row(1) %>'
    inApp(() => renderTemplateString(page), make({ config: { DEBUG: true } }))
    expect(error.mock.calls.join()).toContain('string:2: row(1) is undefined')
  })

  test('not logged without debug mode', () => {
    const error = vi.spyOn(console, 'error').mockReturnValue()
    onTestFinished(() => error.mockRestore())
    expect(inApp(() => renderTemplate('page', { name: 'x' }), appWith(page))).toBe('a\nx')
    expect(error).not.toHaveBeenCalled()
  })
})

describe('tags of other template languages are printed literally and logged in debug mode', () => {
  const page = {
    'page.eta':
      "<p>{{ user }}</p>\n<% if (true) { %>\n{{it.user.name | upper}}\n<% } %>\n{{ other }}<%~ include('part') %>",
    'part.eta': '<script>{{ user }}</script><b v-pre>{{ user }}</b>',
  }

  test('if the data contains their name', async () => {
    const app = appWith(page, { DEBUG: true, LOG_FORMAT: 'json' })
    app.get('/', () => renderTemplate('page', { user: 'Ann' }))
    const { log, environ } = logging()
    await app.testClient().get('/', { environ })
    await app.testClient().get('/', { environ })
    expect(messages(log())).toEqual([
      `${app.rootPath}/page.eta:1: {{ user }} is not an Eta tag, so it is printed literally. Write <%= it.user %>`,
      `${app.rootPath}/page.eta:3: {{it.user.name | upper}} is not an Eta tag, so it is printed literally. Write <%= it.user.name %>`,
    ])
  })

  test('not logged without debug mode', () => {
    const error = vi.spyOn(console, 'error').mockReturnValue()
    onTestFinished(() => error.mockRestore())
    inApp(() => renderTemplate('page', { user: 'Ann' }), appWith(page))
    expect(error).not.toHaveBeenCalled()
  })
})

test('a rejected promise in the data that no tag prints is ignored', async () => {
  const app = make()
  const seen: unknown[] = []
  const note = (reason: unknown): void => void seen.push(reason)
  process.on('unhandledRejection', note)
  app.get('/', () => renderTemplateString('fine', { late: Promise.reject(new Error('late')) }))
  expect(await (await app.testClient().get('/')).text()).toBe('fine')
  await new Promise(setImmediate)
  process.off('unhandledRejection', note)
  expect(seen).toEqual([])
})
