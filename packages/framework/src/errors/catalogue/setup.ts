import type { Catalogue } from './entry.ts'

/** Apps, views, hooks and blueprints. */
export const setup: Catalogue = {
  ERR_PHIAL_APP_URL: {
    means:
      'An app or a blueprint was created without the URL of its file. Templates and static files are resolved from this URL, independently of the current working directory.',
    example: `new Phial('shop')`,
    remedy: 'Write `new Phial(import.meta.url)`, or `new Blueprint(name, import.meta.url)`.',
  },
  ERR_PHIAL_NO_FOLDER: {
    means:
      'A relative path cannot be resolved, because the app or blueprint was created without the URL of its file. In a bundle for Cloudflare Workers, `import.meta.url` is `undefined`.',
    example: `new Phial(undefined).rootPath`,
    remedy:
      'Pass an absolute path, or write `new Phial(import.meta.url)`. On a platform without files, run `phial build --static` and pass the module to `app.useBuild(build)`.',
  },
  ERR_PHIAL_BUILD_STALE: {
    means:
      'A build has static files for an endpoint that the app does not have. The build was created from another version of the app, or the blueprint is not registered yet.',
    example: `app.useBuild({ templates: [], staticFiles: { 'shop.static': {} } })`,
    remedy: 'Register the blueprints before `useBuild`, and run `phial build` again.',
  },
  ERR_PHIAL_INSTANCE_PATH: {
    means:
      'The `instancePath` of an app is not absolute, or `openInstanceResource` received a path outside of the instance folder.',
    example: `new Phial(import.meta.url, { instancePath: 'data' })`,
    remedy:
      "Pass an absolute `instancePath`, such as `/var/lib/shop`, or omit it to use the folder `instance` next to the app's file. Pass `openInstanceResource` a path relative to that folder.",
  },
  ERR_PHIAL_SETUP_LATE: {
    means:
      'A route, a hook or a handler was added after the first request. Earlier requests were handled without it, and other workers may never add it.',
    example: `await client.get('/')
app.get('/late', () => 'late')`,
    remedy:
      'Set everything up while the module of the app loads, or in the function that creates the app.',
  },
  ERR_PHIAL_ENDPOINT_TAKEN: {
    means:
      'Two views have the same endpoint, so `urlFor` would be ambiguous. By default, the endpoint is the name of the view function.',
    example: `app.get('/', function home() { return 'one' })
app.get('/home', function home() { return 'two' })`,
    remedy: 'Rename one of the functions, or set the option `endpoint` of one of the routes.',
  },
  ERR_PHIAL_VIEW_MISSING: {
    means: 'A route has no view: its last argument is not a function.',
    example: `app.get('/', 'Hello')`,
    remedy:
      "Pass a function as the last argument: `app.get('/', () => 'Hello')`. Pass options before it.",
  },
  ERR_PHIAL_METHODS_FIXED: {
    means:
      '`get`, `post`, `put`, `patch` and `delete` each handle one method, so they do not accept `methods`.',
    example: `app.get('/', { methods: ['POST'] }, () => 'Hello')`,
    remedy: 'Use `app.route(pattern, { methods }, view)` for several methods, or omit `methods`.',
  },
  ERR_PHIAL_METHODS_INVALID: {
    means:
      'The option `methods` of a route is not an array, or is empty. A string is not accepted, because each of its letters would be a method.',
    example: `app.route('/', { methods: 'POST' }, () => 'Hello')`,
    remedy: "Pass an array: `{ methods: ['POST'] }`.",
  },
  ERR_PHIAL_REDIRECT_WITH_VIEW: {
    means:
      'A route has both `redirectTo` and a view. The route redirects, so the view would never run.',
    example: `app.get('/old', { redirectTo: '/new' }, () => 'Hello')`,
    remedy: 'Remove either the view or `redirectTo`.',
  },
  ERR_PHIAL_CLASS_VIEW_EMPTY: {
    means:
      'A class-based view has no method such as `get()` or `post()`. Functions in fields do not count, because they exist only on instances.',
    example: `class Posts extends MethodView {}
app.route('/posts', Posts.asView('posts'))`,
    remedy: 'Write at least one method, such as `get() { … }`.',
  },
  ERR_PHIAL_STATUS_NOT_ERROR: {
    means: '`abort` or `errorHandler` received a status that is not an error, such as 200 or 302.',
    example: `abort(200)`,
    remedy:
      'Pass a registered status of 400 or above, such as 404. To end a request with any other response, use `abort(response)` or `redirect`.',
  },
  ERR_PHIAL_SIGNAL_PROMISE: {
    means:
      'A receiver of a signal is async. Signals do not await their receivers, so errors of this receiver would be lost, and its work might never finish.',
    example: `requestStarted.connect(async () => {}, app)
app.get('/', () => 'Hello')
await client.get('/')`,
    remedy:
      'Connect a function that is not async. For asynchronous work, use a hook, such as `app.teardownRequest`.',
  },
  ERR_PHIAL_BLUEPRINT_NAME: {
    means:
      'The name of a blueprint is empty or contains a dot. Dots separate the names of nested blueprints: `shop.admin`.',
    example: `new Blueprint('shop.admin', import.meta.url)`,
    remedy: 'Choose a name without a dot.',
  },
  ERR_PHIAL_BLUEPRINT_TAKEN: {
    means:
      'Two blueprints are registered under the same name, or one blueprint is registered twice. The endpoints would be ambiguous.',
    example: `const shop = new Blueprint('shop', import.meta.url)
app.registerBlueprint(shop)
app.registerBlueprint(shop, { urlPrefix: '/store' })`,
    remedy:
      "Register it under another name: `app.registerBlueprint(shop, { name: 'store', urlPrefix: '/store' })`.",
  },
  ERR_PHIAL_BLUEPRINT_CIRCLE: {
    means: 'A blueprint is registered within itself, directly or through a nested blueprint.',
    example: `const shop = new Blueprint('shop', import.meta.url)
shop.registerBlueprint(shop)`,
    remedy: 'Register it with the app or with another blueprint.',
  },
  ERR_PHIAL_BLUEPRINT_LATE: {
    means: 'A blueprint was changed after it was registered. The change would have no effect.',
    example: `const shop = new Blueprint('shop', import.meta.url)
app.registerBlueprint(shop)
shop.get('/', () => 'Hello')`,
    remedy: 'Finish setting up the blueprint before you register it.',
  },
  ERR_PHIAL_ENDPOINT_DOT: {
    means:
      "The endpoint of a blueprint's route contains a dot. The blueprint adds its own name and a dot before the endpoint.",
    example: `const shop = new Blueprint('shop', import.meta.url)
shop.get('/', { endpoint: 'shop.index' }, () => 'Hello')`,
    remedy: "Write only the part after the last dot: `{ endpoint: 'index' }`.",
  },
  ERR_PHIAL_ARGUMENT_TYPE: {
    means:
      'A function of Phial was called with an argument of the wrong type. TypeScript reports this at compile time, unless the value was cast or comes from JavaScript.',
    example: `redirect(undefined)`,
    remedy:
      'Pass a value of the type that the message names. If the function received a promise, await the promise first. If a blueprint is `undefined`, its module and this module import each other. Move the app or the blueprint to its own module.',
  },
}
