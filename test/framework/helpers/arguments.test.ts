import {
  abort,
  afterThisRequest,
  Blueprint,
  checkPasswordHash,
  copyCurrentRequestContext,
  escapeHtml,
  eventStream,
  generatePasswordHash,
  Phial,
  redirect,
  renderTemplate,
  renderTemplateString,
  saveFile,
  secureFilename,
  safeJoin,
  sendFile,
  sendFromDirectory,
  streamTemplate,
  streamTemplateString,
  streamWithContext,
  urlFor,
} from 'phial'
import { describe, expect, test, vi } from 'vitest'

const newApp = (): Phial => new Phial(import.meta.url)
const app = newApp()
app.get('/', { endpoint: 'index' }, () => 'Hello')

/** Calls with an argument whose type TypeScript would reject. Data that was cast, and JavaScript, get past it. */
const calls: Readonly<Record<string, (value: never) => unknown>> = {
  redirect: (value) => redirect(value),
  urlFor: (value) => urlFor(value),
  'urlFor in the query': (value) => urlFor('index', { q: [value] }),
  renderTemplate: (value) => renderTemplate(value),
  renderTemplateString: (value) => renderTemplateString(value),
  streamTemplate: (value) => streamTemplate(value),
  streamTemplateString: (value) => streamTemplateString(value),
  sendFile: (value) => sendFile(value),
  'sendFromDirectory, its folder': (value) => sendFromDirectory(value, 'a'),
  'sendFromDirectory, its path': (value) => sendFromDirectory('a', value),
  saveFile: (value) => saveFile(value, 'a'),
  'saveFile, its path': (value) => saveFile(new Blob([]), value),
  safeJoin: (value) => safeJoin('/srv', value),
  secureFilename: (value) => secureFilename(value),
  escapeHtml: (value) => escapeHtml(value),
  generatePasswordHash: (value) => generatePasswordHash(value),
  checkPasswordHash: (value) => checkPasswordHash(value, 'secret'),
  'checkPasswordHash, its password': (value) => checkPasswordHash('scrypt:2:1:1$a$b', value),
  streamWithContext: (value) => streamWithContext(value),
  eventStream: (value) => eventStream(value),
  afterThisRequest: (value) => afterThisRequest(value),
  copyCurrentRequestContext: (value) => copyCurrentRequestContext(value),
  'app.beforeRequest': (value) => newApp().beforeRequest(value),
  'app.afterRequest': (value) => newApp().afterRequest(value),
  'app.teardownRequest': (value) => newApp().teardownRequest(value),
  'app.teardownAppContext': (value) => newApp().teardownAppContext(value),
  'app.contextProcessor': (value) => newApp().contextProcessor(value),
  'app.shellContextProcessor': (value) => newApp().shellContextProcessor(value),
  'app.urlDefaults': (value) => newApp().urlDefaults(value),
  'app.urlValuePreprocessor': (value) => newApp().urlValuePreprocessor(value),
  'app.errorHandler': (value) => newApp().errorHandler(404, value),
  'app.templateFilter': (value) => newApp().templateFilter('shout', value),
  'app.templateGlobal, its name': (value) => newApp().templateGlobal(value, 1),
  'app.registerBlueprint': (value) => newApp().registerBlueprint(value),
  'app.useBuild': (value) => newApp().useBuild(value),
  'blueprint.registerBlueprint': (value) => newBlueprint().registerBlueprint(value),
  'blueprint.record': (value) => newBlueprint().record(value),
  'blueprint.recordOnce': (value) => newBlueprint().recordOnce(value),
  'blueprint.beforeAppRequest': (value) => newBlueprint().beforeAppRequest(value),
  'blueprint.afterAppRequest': (value) => newBlueprint().afterAppRequest(value),
  'blueprint.teardownAppRequest': (value) => newBlueprint().teardownAppRequest(value),
  'blueprint.appContextProcessor': (value) => newBlueprint().appContextProcessor(value),
  'blueprint.appUrlDefaults': (value) => newBlueprint().appUrlDefaults(value),
  'blueprint.appUrlValuePreprocessor': (value) => newBlueprint().appUrlValuePreprocessor(value),
  'blueprint.appTemplateFilter': (value) => newBlueprint().appTemplateFilter('shout', value),
  'blueprint.appErrorHandler': (value) => newBlueprint().appErrorHandler(404, value),
}

function newBlueprint(): Blueprint {
  return new Blueprint('shop', import.meta.url)
}

/** Calls in a request, and returns the error. */
function failure(call: (value: never) => unknown, value: unknown): Promise<unknown> {
  return app.testRequestContext('/').run(async () => {
    try {
      await call(value as never)
    } catch (error) {
      return error
    }
    return undefined
  })
}

describe.each(Object.entries(calls))('%s', (_, call) => {
  test('throws an error that names what it received', async () => {
    expect(await failure(call, Symbol('x'))).toMatchObject({
      code: 'ERR_PHIAL_ARGUMENT_TYPE',
      message: expect.stringMatching(/: expected .+, received a symbol\.$/),
    })
  })

  test('advises to await a promise, and handles its rejection', async () => {
    const unhandled = vi.fn<() => void>()
    process.on('unhandledRejection', unhandled)
    const error = await failure(call, Promise.reject(new Error('late')))
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', unhandled)
    expect(error).toMatchObject({
      message: expect.stringContaining('received an instance of Promise. Await the promise first.'),
    })
    expect(unhandled).not.toHaveBeenCalled()
  })
})

test.each([{}, Object.create(null) as object, new Map(), Promise.resolve()])(
  'urlFor rejects an object that it cannot print in the query: %o',
  async (value) => {
    expect(await failure((q: never) => urlFor('index', { q }), value)).toMatchObject({
      code: 'ERR_PHIAL_ARGUMENT_TYPE',
    })
  },
)

test('registerBlueprint asks about a circular import if the blueprint is undefined', () => {
  const missing: unknown = undefined
  expect(() => newApp().registerBlueprint(missing as Blueprint)).toThrow(/import each other/)
})

test('abort describes an argument that is neither a status nor a response', async () => {
  expect(await failure((value) => abort(value), {})).toMatchObject({
    message: expect.stringContaining('received an instance of Object'),
  })
})
