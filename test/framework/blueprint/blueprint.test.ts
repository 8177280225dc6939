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

/** A blueprint with one page. */
function withIndex(name: string, options?: ConstructorParameters<typeof Blueprint>[2]): Blueprint {
  const made = blueprint(name, options)
  made.get('/', () => [name, request.endpoint, request.blueprints.join()].join(' '))
  return made
}

async function textOf(app: Phial, path: string): Promise<string> {
  return await (await app.testClient().get(path)).text()
}

describe('Blueprints: prefix', () => {
  test('stands before each pattern; what registering says wins', async () => {
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

  test('may have params, with converters', async () => {
    const app = make()
    const pages = blueprint('pages', { urlPrefix: '/:lang', params: { lang: any('de', 'en') } })
    pages.get('/about', () => request.viewArgs)
    app.registerBlueprint(pages)
    expect(await textOf(app, '/de/about')).toBe('{"lang":"de"}')
    expect((await app.testClient().get('/fr/about')).status).toBe(404)
  })

  test('without one, patterns stay as they are', async () => {
    const app = make()
    app.registerBlueprint(withIndex('home'))
    expect(await textOf(app, '/')).toBe('home home.index home')
  })
})

describe('Blueprints: rules of every kind', () => {
  test('class views, several methods, and those without a view', async () => {
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

describe('Blueprints: subdomain, url_defaults', () => {
  test('subdomains join; their unknown paths are the blueprint’s', async () => {
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

  test('values that views get and URLs do without; a route’s own win', async () => {
    const app = make()
    const pages = blueprint('pages', { urlDefaults: { lang: 'en', page: 1 } })
    pages.get('/en/:page', ({ page }) => [page, request.viewArgs['lang']])
    pages.get('/de', { defaults: { lang: 'de' } }, ({ lang }) => ({ lang }))
    app.registerBlueprint(pages, { urlDefaults: { lang: 'fr' } })
    expect(await textOf(app, '/en/2')).toBe('["2","fr"]')
    expect(await textOf(app, '/de')).toBe('{"lang":"de"}')
  })

  test('urlDefaults, urlValuePreprocessor: for one blueprint, or for the app from within it', async () => {
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

describe('Blueprints: nesting', () => {
  test('prefixes concatenate; names are dotted; the chain is innermost first', async () => {
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

  test('a blueprint cannot be within itself, not even by another one', () => {
    const one = blueprint('one')
    expect(() => one.registerBlueprint(one)).toThrow('"one" would be registered within itself')
    const two = blueprint('two')
    one.registerBlueprint(two)
    two.registerBlueprint(one)
    expect(() => make().registerBlueprint(one)).toThrow('"one" would be registered within itself')
  })
})

describe('Blueprints: registered twice', () => {
  test('under two names, both work', async () => {
    const app = make()
    const shop = withIndex('shop')
    app.registerBlueprint(shop, { urlPrefix: '/a' })
    app.registerBlueprint(shop, { urlPrefix: '/b', name: 'second' })
    expect(await textOf(app, '/a/')).toBe('shop shop.index shop')
    expect(await textOf(app, '/b/')).toBe('shop second.index second')
  })

  test('by two apps, both have it', async () => {
    const shop = withIndex('shop')
    for (const app of [make(), make()]) {
      app.registerBlueprint(shop)
      // oxlint-disable-next-line no-await-in-loop
      expect(await textOf(app, '/')).toContain('shop.index')
    }
  })

  test('rejects a taken name, and names its owner', () => {
    const app = make()
    const shop = blueprint('shop')
    app.registerBlueprint(shop)
    expect(() => app.registerBlueprint(shop)).toThrow('"shop" is already taken by this blueprint')
    expect(() => app.registerBlueprint(blueprint('shop'))).toThrow(
      'already taken by another blueprint',
    )
  })

  test.each(['', 'a.b'])('rejects the name %j', (name) => {
    expect(() => blueprint(name)).toThrow(RangeError)
    expect(() => make().registerBlueprint(blueprint('a'), { name })).toThrow('as the name of a blueprint')
  })

  test('an endpoint has no dot', () => {
    expect(() => blueprint('a').get('/', { endpoint: 'b.c' }, () => '')).toThrow('has a dot')
  })

  test('two views of a name are refused as in an app; words may be shared', async () => {
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

describe('Blueprints: record, recordOnce', () => {
  test('run at registration, once or each time', () => {
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

describe('Blueprints: folders', () => {
  test('static files at the prefix and the folder’s name, or where it says', async () => {
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

  test('Templates per blueprint: the app’s folder, then the blueprints’ in the order of registration', () => {
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

  test('needs the URL of its file', () => {
    expect(() => new Blueprint('shop', __filename)).toThrow(
      'Write new Blueprint("shop", import.meta.url)',
    )
  })
})

describe('Setup lock', () => {
  test('a blueprint that is registered takes nothing more, and names what was tried', async () => {
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

describe('Blueprints: hooks', () => {
  /** Parent and child, each with all hooks, which note their names. */
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

  test('before: app, parent, child; after and teardown: the other way round', async () => {
    const { app, calls } = family()
    await app.testClient().get('/parent/child/')
    const inside = ['child 2', 'child 1', 'parent 2', 'parent 1', 'app 2', 'app 1']
    expect(calls).toEqual([
      ...inside.toReversed().map((name) => `before ${name}`),
      ...inside.map((name) => `after ${name}`),
      ...inside.map((name) => `teardown ${name}`),
    ])
  })

  test('a blueprint’s run for its own rules alone', async () => {
    const { app, calls } = family()
    await app.testClient().get('/parent/')
    expect(calls.some((call) => call.includes('child'))).toBe(false)
    expect(calls).toContain('before parent 1')
    calls.length = 0
    await app.testClient().get('/parent/none')
    expect(calls.some((call) => call.includes('parent'))).toBe(false)
    expect(calls).toContain('before app 1')
  })

  test('the first that answers keeps later ones and the view from running', async () => {
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

  test('app_* variants: for the whole app, once, however often it is registered', async () => {
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

describe('Blueprints: error handlers', () => {
  test('take the errors of their own views', async () => {
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

  test('take 404 and 405 under their prefix, with the error’s status', async () => {
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

  test('the longest prefix comes first, then what is around it, then the app', async () => {
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

  test('two blueprints may share a prefix: the first that has a handler is asked', async () => {
    const app = make()
    const users = withIndex('users', { urlPrefix: '/api' })
    const posts = blueprint('posts', { urlPrefix: '/api' })
    posts.errorHandler(404, () => 'posts')
    app.registerBlueprint(users)
    app.registerBlueprint(posts)
    expect(await textOf(app, '/api/none')).toBe('posts')
  })

  test('one without a prefix of its own owns no paths', async () => {
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

  test('take what an app’s hook raises before a path of theirs was found', async () => {
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
