import type { Catalogue } from './entry.ts'

/** Making an app, its views, its hooks and its blueprints. */
export const setup: Catalogue = {
  ERR_PHIAL_APP_URL: {
    means:
      'An app or a blueprint was made without the URL of its file. Templates and static files are found by it, whatever folder the program is started in.',
    example: `new Phial('shop')`,
    remedy: 'Write `new Phial(import.meta.url)`, or `new Blueprint(name, import.meta.url)`.',
  },
  ERR_PHIAL_NO_FOLDER: {
    means:
      'A relative path was used in an app or a blueprint that was made without the URL of a file, so there is no folder to resolve it in. In a bundle for Cloudflare Workers, `import.meta.url` is `undefined`.',
    example: `new Phial(undefined).rootPath`,
    remedy:
      'Pass an absolute path. Where there are no files, run `phial build --static` and give the module to `app.useBuild(build)`. Elsewhere, write `new Phial(import.meta.url)`.',
  },
  ERR_PHIAL_BUILD_STALE: {
    means:
      'A build has static files for an endpoint that the app does not have: it was built from another version of the app, or the blueprint is not registered yet.',
    example: `app.useBuild({ templates: [], staticFiles: { 'shop.static': {} } })`,
    remedy: 'Register the blueprints before `useBuild`, and run `phial build` again.',
  },
  ERR_PHIAL_INSTANCE_PATH: {
    means:
      'The `instancePath` of an app is not absolute, or `openInstanceResource` was given a path that leads out of the instance folder.',
    example: `new Phial(import.meta.url, { instancePath: 'data' })`,
    remedy:
      'Pass an absolute `instancePath`, such as `/var/lib/shop`, or leave it out: then it is `instance` next to the app’s file. Pass a relative path to `openInstanceResource`.',
  },
  ERR_PHIAL_SETUP_LATE: {
    means:
      'Something was set up after the first request: a route, a hook, a handler. Requests before it were answered without it, and on other workers it may never come.',
    example: `await client.get('/')
app.get('/late', () => 'late')`,
    remedy:
      'Set everything up while the module of the app loads, or in the function that makes the app.',
  },
  ERR_PHIAL_ENDPOINT_TAKEN: {
    means:
      'Two views have the same endpoint, so `urlFor` could not tell which one is meant. An endpoint is the name of the view’s function, unless the route says another.',
    example: `app.get('/', function home() { return 'one' })
app.get('/home', function home() { return 'two' })`,
    remedy: 'Rename one of the functions, or give one of the routes an `endpoint`.',
  },
  ERR_PHIAL_VIEW_MISSING: {
    means: 'A route has no view: its last argument is no function.',
    example: `app.get('/', 'Hello')`,
    remedy:
      "Give a function as the last argument: `app.get('/', () => 'Hello')`. Options stand before it.",
  },
  ERR_PHIAL_METHODS_FIXED: {
    means:
      '`get`, `post`, `put`, `patch` and `delete` say the method by their name, so they take no `methods`.',
    example: `app.get('/', { methods: ['POST'] }, () => 'Hello')`,
    remedy:
      'Use `app.route(pattern, { methods }, view)` for several methods, or leave `methods` out.',
  },
  ERR_PHIAL_METHODS_INVALID: {
    means:
      'The `methods` of a route are no list, or an empty one. A single string would be taken letter by letter.',
    example: `app.route('/', { methods: 'POST' }, () => 'Hello')`,
    remedy: "Give a list: `{ methods: ['POST'] }`.",
  },
  ERR_PHIAL_REDIRECT_WITH_VIEW: {
    means:
      'A route has `redirectTo` and a view. It leads elsewhere, so the view would never be asked.',
    example: `app.get('/old', { redirectTo: '/new' }, () => 'Hello')`,
    remedy: 'Leave the view out, or `redirectTo`.',
  },
  ERR_PHIAL_CLASS_VIEW_EMPTY: {
    means:
      'A class of views has no function for any method. Fields do not count: they are there only once an object was made.',
    example: `class Posts extends MethodView {}
app.route('/posts', Posts.asView('posts'))`,
    remedy: 'Write at least one method, such as `get() { … }`.',
  },
  ERR_PHIAL_STATUS_NOT_ERROR: {
    means: '`abort` or `errorHandler` was given a status that no error has, such as 200 or 302.',
    example: `abort(200)`,
    remedy:
      'Give a status from 400 on that is in use, such as 404. To end a request with another answer, use `abort(response)` or `redirect`.',
  },
  ERR_PHIAL_SIGNAL_PROMISE: {
    means:
      'A receiver of a signal is async. Signals tell what happens and wait for nobody, so its errors would be lost and its work might never end.',
    example: `requestStarted.connect(async () => {}, app)
app.get('/', () => 'Hello')
await client.get('/')`,
    remedy:
      'Connect a function that is not async. For work that takes its time use a hook, such as `app.teardownRequest`.',
  },
  ERR_PHIAL_BLUEPRINT_NAME: {
    means:
      'The name of a blueprint is empty, or has a dot in it. Dots part the names of nested blueprints: `shop.admin`.',
    example: `new Blueprint('shop.admin', import.meta.url)`,
    remedy: 'Choose a name without a dot.',
  },
  ERR_PHIAL_BLUEPRINT_TAKEN: {
    means:
      'Two blueprints are registered under one name, or one of them twice, so their endpoints would be the same.',
    example: `const shop = new Blueprint('shop', import.meta.url)
app.registerBlueprint(shop)
app.registerBlueprint(shop, { urlPrefix: '/store' })`,
    remedy:
      "Register it under another name: `app.registerBlueprint(shop, { name: 'store', urlPrefix: '/store' })`.",
  },
  ERR_PHIAL_BLUEPRINT_CIRCLE: {
    means: 'A blueprint is registered within itself, which would never end.',
    example: `const shop = new Blueprint('shop', import.meta.url)
shop.registerBlueprint(shop)`,
    remedy: 'Register it in the app or in another blueprint.',
  },
  ERR_PHIAL_BLUEPRINT_LATE: {
    means:
      'A blueprint was changed after it was registered, so the app would not get to know of it.',
    example: `const shop = new Blueprint('shop', import.meta.url)
app.registerBlueprint(shop)
shop.get('/', () => 'Hello')`,
    remedy: 'Set the blueprint up whole, then register it.',
  },
  ERR_PHIAL_ENDPOINT_DOT: {
    means:
      'The endpoint of a blueprint’s route has a dot. The blueprint’s own name comes before it by itself.',
    example: `const shop = new Blueprint('shop', import.meta.url)
shop.get('/', { endpoint: 'shop.index' }, () => 'Hello')`,
    remedy: "Write what follows the last dot: `{ endpoint: 'index' }`.",
  },
}
