import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  abort,
  any,
  Blueprint,
  g,
  int,
  makeResponse,
  MethodView,
  NotFound,
  type Phial,
  request,
  type Response,
  urlFor,
} from 'phial'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { make } from '../support.ts'

const blueprint = (name: string, options?: ConstructorParameters<typeof Blueprint>[2]): Blueprint =>
  new Blueprint(name, import.meta.url, options)

/** Creates a blueprint with one page. */
function withIndex(name: string, options?: ConstructorParameters<typeof Blueprint>[2]): Blueprint {
  const created = blueprint(name, options)
  created.get('/', () => [name, request.endpoint, request.blueprints.join()].join(' '))
  return created
}

async function textOf(app: Phial, path: string): Promise<string> {
  return await (await app.testClient().get(path)).text()
}

describe('the prefix of a blueprint', () => {
  test('precedes each pattern, and can be overridden at registration', async () => {
    const app = make()
    const shop = withIndex('shop', { urlPrefix: '/shop' })
    shop.get('/items/:id', { params: { id: int } }, ({ id }) => {
      expectTypeOf(id).toEqualTypeOf<number>()
      return { id }
    })
    shop.get('', { endpoint: 'bare' }, () => 'bare')
    shop.get('plain', () => 'no slash')
    app.registerBlueprint(shop, { urlPrefix: '/store' })
    expect(await textOf(app, '/store/')).toBe('shop shop.index shop')
    expect(await textOf(app, '/store/items/7')).toBe('{"id":7}')
    expect(await textOf(app, '/store/plain')).toBe('no slash')
    expect(await textOf(app, '/store')).toBe('bare')
    expect((await app.testClient().get('/shop/')).status).toBe(404)
    expect(app.testRequestContext('/').run(() => urlFor('shop.items', { id: 7 }))).toBe(
      '/store/items/7',
    )
  })

  test('may have params with converters', async () => {
    const app = make()
    const pages = blueprint('pages', { urlPrefix: '/:lang', params: { lang: any('de', 'en') } })
    pages.get('/about', () => request.viewArgs)
    app.registerBlueprint(pages)
    expect(await textOf(app, '/de/about')).toBe('{"lang":"de"}')
    expect((await app.testClient().get('/fr/about')).status).toBe(404)
  })

  test('does not change patterns if it is missing', async () => {
    const app = make()
    app.registerBlueprint(withIndex('home'))
    expect(await textOf(app, '/')).toBe('home home.index home')
  })
})

describe('the routes of a blueprint', () => {
  test('may have class views and several methods, or no view', async () => {
    class Item extends MethodView {
      get({ id }: { id: number }): object {
        return { id }
      }
      put(): Response {
        return makeResponse('', 204)
      }
    }
    const app = make()
    const shop = blueprint('shop', { urlPrefix: '/:lang' })
    shop.route('/items/:id', { params: { id: int } }, Item.asView('item'))
    shop.get('/old/:id', { redirectTo: '/:lang/items/:id' })
    shop.get('/cdn/:file', { buildOnly: true, endpoint: 'cdn' })
    app.registerBlueprint(shop)
    const client = app.testClient()
    expect(await textOf(app, '/de/items/7')).toBe('{"id":7}')
    expect((await client.put('/de/items/7')).status).toBe(204)
    expect((await client.post('/de/items/7')).status).toBe(405)
    expect((await client.get('/de/old/7')).headers.get('location')).toBe('/de/items/7')
    expect((await client.get('/de/cdn/a.js')).status).toBe(404)
    const cdn = app
      .testRequestContext('/de/items/7')
      .run(() => urlFor('.cdn', { lang: 'en', file: 'a.js' }))
    expect(cdn).toBe('/en/cdn/a.js')
  })
})

describe('the subdomain and urlDefaults of a blueprint', () => {
  test('join nested subdomains, and handle unmatched paths there', async () => {
    const app = make({ subdomainMatching: true, config: { SERVER_NAME: 'example.com' } })
    const api = withIndex('api', { subdomain: 'api' })
    const eu = withIndex('eu', { subdomain: 'eu' })
    api.errorHandler(404, () => 'api 404')
    eu.errorHandler(404, () => 'eu 404')
    api.registerBlueprint(eu)
    app.registerBlueprint(api)
    const client = app.testClient()
    const at = async (host: string, path: string): Promise<string> =>
      (await client.get(path, { headers: { Host: host } })).text()
    expect(await at('api.example.com', '/')).toBe('api api.index api')
    expect(await at('eu.api.example.com', '/')).toBe('eu api.eu.index api.eu,api')
    expect(await at('api.example.com', '/none')).toBe('api 404')
    expect(await at('eu.api.example.com', '/none')).toBe('eu 404')
    expect(await at('example.com', '/none')).not.toContain('api')
  })

  test('pass default values to views, which defaults of a route override', async () => {
    const app = make()
    const pages = blueprint('pages', { urlDefaults: { lang: 'en', page: 1 } })
    pages.get('/en/:page', ({ page }) => [page, request.viewArgs['lang']])
    pages.get('/de', { defaults: { lang: 'de' } }, ({ lang }) => ({ lang }))
    app.registerBlueprint(pages, { urlDefaults: { lang: 'fr' } })
    expect(await textOf(app, '/en/2')).toBe('["2","fr"]')
    expect(await textOf(app, '/de')).toBe('{"lang":"de"}')
  })

  test('run urlDefaults and urlValuePreprocessor for the blueprint, and the app variants for the app', async () => {
    const app = make()
    const pages = blueprint('pages', { urlPrefix: '/:lang' })
    pages.urlDefaults((_, values) => {
      values['lang'] ??= g['lang']
    })
    pages.urlValuePreprocessor((_, values) => {
      g['lang'] = values['lang']
      delete values['lang']
    })
    pages.get('/about', (values) => ({ values, url: urlFor('.about'), home: urlFor('home') }))
    const order: string[] = []
    pages.appUrlValuePreprocessor((endpoint) => void order.push(endpoint ?? 'none'))
    pages.appUrlDefaults((_, values) => {
      values['all'] = 'yes'
    })
    app.get('/', { endpoint: 'home' }, () => ({ lang: g['lang'] ?? null }))
    app.registerBlueprint(pages)
    expect(await textOf(app, '/de/about')).toBe(
      '{"values":{},"url":"/de/about?all=yes","home":"/?all=yes"}',
    )
    expect(await textOf(app, '/')).toBe('{"lang":null}')
    await app.testClient().get('/none')
    expect(order).toEqual(['pages.about', 'home', 'none'])
  })
})

describe('nested blueprints', () => {
  test('join prefixes, join names with dots, and list request.blueprints innermost first', async () => {
    const app = make()
    const parent = withIndex('parent', { urlPrefix: '/parent/' })
    const child = withIndex('child', { urlPrefix: '/child' })
    const grandchild = withIndex('grandchild', { urlPrefix: '/other' })
    child.registerBlueprint(grandchild, { urlPrefix: '/grandchild', name: 'g' })
    parent.registerBlueprint(child)
    app.registerBlueprint(parent)
    expect(await textOf(app, '/parent/')).toBe('parent parent.index parent')
    expect(await textOf(app, '/parent/child/')).toBe('child parent.child.index parent.child,parent')
    expect(await textOf(app, '/parent/child/grandchild/')).toBe(
      'grandchild parent.child.g.index parent.child.g,parent.child,parent',
    )
    expect([...app.blueprints.keys()]).toEqual(['parent', 'parent.child', 'parent.child.g'])
  })

  test('throw if a blueprint is nested in itself, directly or indirectly', () => {
    const one = blueprint('one')
    expect(() => one.registerBlueprint(one)).toThrow('"one" would be registered within itself')
    const two = blueprint('two')
    one.registerBlueprint(two)
    two.registerBlueprint(one)
    expect(() => make().registerBlueprint(one)).toThrow('"one" would be registered within itself')
  })
})

describe('registering a blueprint', () => {
  test('twice under different names serves both', async () => {
    const app = make()
    const shop = withIndex('shop')
    app.registerBlueprint(shop, { urlPrefix: '/a' })
    app.registerBlueprint(shop, { urlPrefix: '/b', name: 'second' })
    expect(await textOf(app, '/a/')).toBe('shop shop.index shop')
    expect(await textOf(app, '/b/')).toBe('shop second.index second')
  })

  test('with two apps serves it in both', async () => {
    const shop = withIndex('shop')
    for (const app of [make(), make()]) {
      app.registerBlueprint(shop)
      // oxlint-disable-next-line no-await-in-loop
      expect(await textOf(app, '/')).toContain('shop.index')
    }
  })

  test('under a taken name throws an error with the owner of the name', () => {
    const app = make()
    const shop = blueprint('shop')
    app.registerBlueprint(shop)
    expect(() => app.registerBlueprint(shop)).toThrow('"shop" is already taken by this blueprint')
    expect(() => app.registerBlueprint(blueprint('shop'))).toThrow(
      'already taken by another blueprint',
    )
  })

  test.each(['', 'a.b'])('throws RangeError for the name %j', (name) => {
    expect(() => blueprint(name)).toThrow(RangeError)
    expect(() => make().registerBlueprint(blueprint('a'), { name })).toThrow(
      'as the name of a blueprint',
    )
  })

  test('rejects a dot in the endpoint of a route', () => {
    expect(() => blueprint('a').get('/', { endpoint: 'b.c' }, () => '')).toThrow(
      'Expected an endpoint without a dot for "/", received "b.c"',
    )
  })

  test('throws if two views have the same endpoint, unless they share a pattern', async () => {
    const app = make()
    const pages = blueprint('pages')
    pages.get('/login', () => 'get')
    pages.post('/login', () => 'post')
    app.registerBlueprint(pages)
    expect(await (await app.testClient().post('/login')).text()).toBe('post')
    const twice = blueprint('twice')
    twice.get('/a', { endpoint: 'x' }, () => '')
    twice.get('/b', { endpoint: 'x' }, () => '')
    expect(() => make().registerBlueprint(twice)).toThrow('"twice.x"')
  })
})

describe('record and recordOnce', () => {
  test('run at each registration, or only at the first one', () => {
    const app = make()
    const shop = blueprint('shop', { urlPrefix: '/shop', cliGroup: null })
    const seen: unknown[] = []
    shop.record((state) => {
      seen.push([state.name, state.urlPrefix, state.firstRegistration, state.cliGroup])
      state.addUrlRule('/from-record', { endpoint: 'recorded' }, () => '')
    })
    shop.recordOnce((state) => seen.push(['once', state.app === app]))
    expect(seen).toEqual([])
    app.registerBlueprint(shop)
    app.registerBlueprint(shop, { name: 'again', urlPrefix: '/again', cliGroup: 'shops' })
    expect(seen).toEqual([
      ['shop', '/shop', true, null],
      ['once', true],
      ['again', '/again', false, 'shops'],
    ])
    const paths = [...app.urlMap].map((rule) => `${rule.endpoint} ${rule.pattern}`)
    expect(paths.slice(1)).toEqual([
      'shop.recorded /shop/from-record',
      'again.recorded /again/from-record',
    ])
  })
})

describe('the folders of a blueprint', () => {
  test('serve static files under the name of the folder or under staticUrlPath', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'phial-blueprint-'))
    try {
      await writeFile(join(folder, 'a.txt'), 'own file')
      const at = pathToFileURL(join(folder, 'shop.ts')).href
      const app = make()
      const one = new Blueprint('one', at, { urlPrefix: '/one', staticFolder: '.' })
      const two = new Blueprint('two', at, {
        urlPrefix: '/two',
        staticFolder: folder,
        staticUrlPath: '/files/',
      })
      app.registerBlueprint(one)
      app.registerBlueprint(two)
      const urls = app
        .testRequestContext('/')
        .run(() => ['one', 'two'].map((name) => urlFor(`${name}.static`, { path: 'a.txt' })))
      expect(urls.map((url) => url.replace(/\?v=.*/, ''))).toEqual([
        `/one/${basename(folder)}/a.txt`,
        '/two/files/a.txt',
      ])
      for (const url of urls) {
        // oxlint-disable-next-line no-await-in-loop
        expect(await textOf(app, url)).toBe('own file')
      }
      expect((await app.testClient().get('/two/files/none')).status).toBe(404)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('are searched for templates after the app’s folder, in the order of registration', () => {
    const app = make()
    const inner = blueprint('inner', { templateFolder: 'inner' })
    const outer = blueprint('outer', { templateFolder: 'outer' })
    outer.registerBlueprint(inner)
    app.registerBlueprint(blueprint('none'))
    app.registerBlueprint(outer)
    app.registerBlueprint(outer, { name: 'again' })
    const names = app.templateFolders.map((folder) => folder.slice(app.rootPath.length + 1))
    expect(names).toEqual(['templates', 'blueprint/outer', 'blueprint/inner'])
  })

  test('require the URL of its file', () => {
    expect(() => new Blueprint('shop', __filename)).toThrow(
      'Write new Blueprint("shop", import.meta.url)',
    )
  })
})

describe('a registered blueprint', () => {
  test('throws an error with the name of the method if it is changed', async () => {
    const app = make()
    const shop = withIndex('shop')
    app.registerBlueprint(shop)
    const tried: Record<string, () => void> = {
      get: () => shop.get('/x', () => ''),
      route: () => shop.route('/x', () => ''),
      beforeRequest: () => shop.beforeRequest(() => undefined),
      afterRequest: () => shop.afterRequest(() => undefined),
      teardownRequest: () => shop.teardownRequest(() => undefined),
      errorHandler: () => shop.errorHandler(404, () => ''),
      contextProcessor: () => shop.contextProcessor(() => ({})),
      registerBlueprint: () => shop.registerBlueprint(blueprint('other')),
      record: () => shop.record(() => undefined),
      recordOnce: () => shop.recordOnce(() => undefined),
      beforeAppRequest: () => shop.beforeAppRequest(() => undefined),
      afterAppRequest: () => shop.afterAppRequest(() => undefined),
      teardownAppRequest: () => shop.teardownAppRequest(() => undefined),
      appErrorHandler: () => shop.appErrorHandler(404, () => ''),
      urlDefaults: () => shop.urlDefaults(() => undefined),
      urlValuePreprocessor: () => shop.urlValuePreprocessor(() => undefined),
      appUrlDefaults: () => shop.appUrlDefaults(() => undefined),
      appUrlValuePreprocessor: () => shop.appUrlValuePreprocessor(() => undefined),
      appContextProcessor: () => shop.appContextProcessor(() => ({})),
    }
    for (const [name, tryIt] of Object.entries(tried)) {
      expect(tryIt, name).toThrow(`blueprint.${name}(…) was called after the blueprint "shop"`)
    }
    await app.testClient().get('/')
    expect(() => app.registerBlueprint(blueprint('late'))).toThrow(
      'app.registerBlueprint(…) was called after the first request',
    )
    expect(() => app.teardownAppContext(() => undefined)).toThrow('app.teardownAppContext(…)')
    expect(() => app.contextProcessor(() => ({}))).toThrow('app.contextProcessor(…)')
  })
})

describe('the hooks of a blueprint', () => {
  /** An app, a parent and a child, each with all hooks, which record their names. */
  function family(): { app: Phial; calls: string[] } {
    const calls: string[] = []
    const app = make()
    const parent = withIndex('parent', { urlPrefix: '/parent' })
    const child = withIndex('child', { urlPrefix: '/child' })
    for (const [name, scaffold] of Object.entries({ child, app, parent })) {
      for (const turn of [1, 2]) {
        scaffold.beforeRequest(() => void calls.push(`before ${name} ${turn}`))
        scaffold.afterRequest(() => void calls.push(`after ${name} ${turn}`))
        scaffold.teardownRequest(() => void calls.push(`teardown ${name} ${turn}`))
      }
    }
    parent.registerBlueprint(child)
    app.registerBlueprint(parent)
    return { app, calls }
  }

  test('run from the outside in before the view, and from the inside out after it', async () => {
    const { app, calls } = family()
    await app.testClient().get('/parent/child/')
    const inside = ['child 2', 'child 1', 'parent 2', 'parent 1', 'app 2', 'app 1']
    expect(calls).toEqual([
      ...inside.toReversed().map((name) => `before ${name}`),
      ...inside.map((name) => `after ${name}`),
      ...inside.map((name) => `teardown ${name}`),
    ])
  })

  test('run only for its own routes', async () => {
    const { app, calls } = family()
    await app.testClient().get('/parent/')
    expect(calls.some((call) => call.includes('child'))).toBe(false)
    expect(calls).toContain('before parent 1')
    calls.length = 0
    await app.testClient().get('/parent/none')
    expect(calls.some((call) => call.includes('parent'))).toBe(false)
    expect(calls).toContain('before app 1')
  })

  test('skip later hooks and the view if a beforeRequest hook returns a response', async () => {
    const app = make()
    const shop = blueprint('shop')
    shop.beforeRequest(async () => makeResponse('from the hook', 403))
    shop.beforeRequest(() => expect.unreachable())
    shop.afterRequest((response) => response.headers.set('X-After', 'yes'))
    shop.get('/', () => expect.unreachable())
    app.registerBlueprint(shop)
    const response = await app.testClient().get('/')
    expect([response.status, response.headers.get('x-after')]).toEqual([403, 'yes'])
  })

  test('run once for the entire app if they are app variants, even if it is registered twice', async () => {
    const app = make()
    const calls: string[] = []
    const shop = blueprint('shop')
    shop.beforeAppRequest(() => void calls.push('before'))
    shop.afterAppRequest(() => void calls.push('after'))
    shop.teardownAppRequest(() => void calls.push('teardown'))
    shop.appErrorHandler(404, () => 'app-wide 404')
    shop.appErrorHandler(RangeError, (error) => {
      expectTypeOf(error).toEqualTypeOf<RangeError>()
      return makeResponse(error.message, 400)
    })
    app.registerBlueprint(shop)
    app.registerBlueprint(shop, { name: 'again' })
    app.get('/fails', () => {
      throw new RangeError('out of range')
    })
    expect(await textOf(app, '/none')).toBe('app-wide 404')
    expect(calls).toEqual(['before', 'after', 'teardown'])
    expect(await textOf(app, '/fails')).toBe('out of range')
  })
})

describe('the error handlers of a blueprint', () => {
  test('handle errors of its own views', async () => {
    const app = make()
    const shop = blueprint('shop', { urlPrefix: '/shop' })
    shop.errorHandler(404, () => 'the shop’s')
    const fail = (): never => {
      throw new NotFound()
    }
    shop.get('/x', fail)
    app.get('/x', fail)
    app.errorHandler(404, () => 'the app’s')
    app.registerBlueprint(shop)
    expect(await textOf(app, '/shop/x')).toBe('the shop’s')
    expect(await textOf(app, '/x')).toBe('the app’s')
  })

  test('handle 404 and 405 under its prefix, with the status of the error', async () => {
    const app = make()
    const api = withIndex('api', { urlPrefix: '/api' })
    api.errorHandler(404, () => ({ error: 'none' }))
    api.errorHandler(405, () => ({ error: 'method' }))
    app.errorHandler(404, () => 'the app’s')
    app.registerBlueprint(api)
    const client = app.testClient()
    for (const path of ['/api/none', '/api/none/', '/api/a/b', '/api//none', '/api%2Fnone']) {
      // oxlint-disable-next-line no-await-in-loop
      const response = await client.get(path)
      // oxlint-disable-next-line no-await-in-loop
      expect([response.status, await response.text()]).toEqual([404, '{"error":"none"}'])
    }
    const response = await client.post('/api/')
    expect([response.status, await response.text()]).toEqual([405, '{"error":"method"}'])
    for (const path of ['/apix', '/none', '/']) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await textOf(app, path)).toBe('the app’s')
    }
    expect((await client.get('/api')).status).toBe(308)
  })

  test('are tried from the longest prefix to the outer blueprints and the app', async () => {
    const app = make()
    const outer = blueprint('outer', { urlPrefix: '/:lang' })
    const inner = blueprint('inner', { urlPrefix: '/admin' })
    const silent = blueprint('silent', { urlPrefix: '/silent' })
    outer.errorHandler(404, () => 'outer')
    inner.errorHandler(404, () => 'inner')
    outer.registerBlueprint(inner)
    outer.registerBlueprint(silent)
    app.registerBlueprint(outer)
    expect(await textOf(app, '/de/admin/x')).toBe('inner')
    expect(await textOf(app, '/de/admin')).toBe('inner')
    expect(await textOf(app, '/de/silent/x')).toBe('outer')
    expect(await textOf(app, '/de/x')).toBe('outer')
    expect((await app.testClient().get('/')).headers.get('vary')).toBe('Accept')
  })

  test('are tried in order of registration if blueprints share a prefix', async () => {
    const app = make()
    const users = withIndex('users', { urlPrefix: '/api' })
    const posts = blueprint('posts', { urlPrefix: '/api' })
    posts.errorHandler(404, () => 'posts')
    app.registerBlueprint(users)
    app.registerBlueprint(posts)
    expect(await textOf(app, '/api/none')).toBe('posts')
  })

  test('do not handle unmatched paths if the blueprint has no prefix', async () => {
    const app = make()
    const home = withIndex('home')
    home.errorHandler(404, () => expect.unreachable())
    const part = blueprint('part')
    part.errorHandler(404, () => expect.unreachable())
    const shop = blueprint('shop', { urlPrefix: '/shop' })
    shop.errorHandler(404, () => 'the shop’s')
    shop.registerBlueprint(part)
    app.registerBlueprint(home, { urlPrefix: '/' })
    app.registerBlueprint(shop)
    app.errorHandler(404, () => 'the app’s')
    expect(await textOf(app, '/none')).toBe('the app’s')
    expect(await textOf(app, '/shop/none')).toBe('the shop’s')
  })

  test('handle errors of the app’s hooks under its prefix', async () => {
    const app = make()
    const api = withIndex('api', { urlPrefix: '/api' })
    api.errorHandler(403, () => 'the api’s')
    app.beforeRequest(() => abort(403))
    app.registerBlueprint(api)
    expect(await textOf(app, '/api/none')).toBe('the api’s')
    expect(await textOf(app, '/api/')).toBe('the api’s')
    expect(await textOf(app, '/none')).not.toContain('the api’s')
  })
})
