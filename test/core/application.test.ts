import {
  asApplication,
  call,
  compose,
  dispatcher,
  proxyFix,
  run,
  setupTestingDefaults,
  toFetch,
  validator,
  type Application,
  type ApplicationLike,
  type Middleware,
} from '@phial/core'
import { describe, expect, test } from 'vitest'
import { bytes } from './support/bytes.ts'
import { ok, RecordingTransport } from './support/drive.ts'

const answering =
  (text: string): Application =>
  (_environ, startResponse) => {
    ok(startResponse)
    return [bytes(text)]
  }

/** Middleware that calls its argument as a function, as most user code does. */
const calling: Middleware = (app) => (environ, startResponse) =>
  (app as Application)(environ, startResponse)

class Site {
  readonly #greeting: string
  constructor(greeting: string) {
    this.#greeting = greeting
  }
  wsgiApp(...[environ, startResponse]: Parameters<Application>): ReturnType<Application> {
    return answering(this.#greeting)(environ, startResponse)
  }
}

describe('an object with a wsgiApp', () => {
  const takers: Record<string, (app: ApplicationLike) => Promise<string>> = {
    call: async (app) => (await call(app)).text(),
    run: async (app) => {
      const transport = new RecordingTransport()
      await run(app, setupTestingDefaults({}), transport)
      return String(transport.calls.at(-1)?.[1])
    },
    asApplication: async (app) => (await call(asApplication(app))).text(),
    validator: async (app) => (await call(validator(app))).text(),
    compose: async (app) => (await call(compose()(app))).text(),
    'compose around middleware': async (app) => (await call(compose(validator)(app))).text(),
    'compose around middleware that calls its argument': async (app) =>
      (await call(compose(validator, calling)(app))).text(),
    proxyFix: async (app) => (await call(proxyFix()(app))).text(),
    dispatcher: async (app) => (await call(dispatcher(app, {}))).text(),
    'a dispatcher’s mount': async (app) =>
      (await call(dispatcher(answering('not here'), { '/a': app }), { path: '/a' })).text(),
    toFetch: async (app) => (await toFetch(app)(new Request('http://localhost/'))).text(),
  }

  test.each(Object.entries(takers))(
    'is accepted by %s, and wsgiApp is called as a method',
    async (_name, take) => {
      expect(await take(new Site('hello'))).toBe('hello')
    },
  )

  test('has its wsgiApp looked up at each request, so that it can be wrapped later', async () => {
    const site = { wsgiApp: answering('before') }
    const apps = [
      asApplication(site),
      validator(site),
      dispatcher(site, {}),
      compose()(site),
      compose(calling)(site),
    ]
    site.wsgiApp = answering('after')
    for (const app of apps)
      // oxlint-disable-next-line no-await-in-loop -- sequentially
      expect((await call(app)).text()).toBe('after')
  })

  test('may be a function with a wsgiApp property', async () => {
    const both = Object.assign(answering('itself'), { wsgiApp: answering('its wsgiApp') })
    expect((await call(both)).text()).toBe('its wsgiApp')
    const data = Object.assign(answering('itself'), { wsgiApp: 1 })
    expect((await call(compose(calling)(data as unknown as Application))).text()).toBe('itself')
  })
})

test('asApplication returns a function unchanged', () => {
  const app = answering('hello')
  expect(asApplication(app)).toBe(app)
})

test.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [{}, 'object'],
  [{ wsgiApp: 'text' }, 'object'],
  ['app', 'string'],
])('asApplication throws a TypeError that names the type of %j', (value, kind) => {
  const convert = (): unknown => asApplication(value as unknown as ApplicationLike)
  expect(convert).toThrow(TypeError)
  expect(convert).toThrow(`Received ${kind}. Pass`)
})
