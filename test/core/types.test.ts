import {
  asApplication,
  call,
  compose,
  dispatcher,
  fromFetch,
  Headers,
  makeEnviron,
  proxyFix,
  run,
  setupTestingDefaults,
  shiftPathInfo,
  toFetch,
  validator,
  type Application,
  type ApplicationLike,
  type Body,
  type CallAnswer,
  type Environ,
  type HeaderList,
  type Middleware,
  type StartResponse,
  type Write,
} from '@phial/core'
import { describe, expectTypeOf, test } from 'vitest'

describe('an application', () => {
  test('may return an array, a generator, an asynchronous generator, or a promise', () => {
    expectTypeOf<() => Uint8Array[]>().toExtend<Application>()
    expectTypeOf<() => readonly Uint8Array[]>().toExtend<Application>()
    expectTypeOf<() => Generator<Uint8Array>>().toExtend<Application>()
    expectTypeOf<() => AsyncGenerator<Uint8Array>>().toExtend<Application>()
    expectTypeOf<() => Promise<Uint8Array[]>>().toExtend<Application>()
    expectTypeOf<() => Promise<AsyncIterable<Uint8Array>>>().toExtend<Application>()
    expectTypeOf<() => ReadonlySet<Uint8Array>>().toExtend<Application>()
    expectTypeOf<() => Buffer[]>().toExtend<Application>()
    expectTypeOf<() => Uint8Array[] & { close: () => Promise<void> }>().toExtend<Application>()
  })

  test('may not return text, a Uint8Array, or nothing', () => {
    expectTypeOf<() => string>().not.toExtend<Application>()
    expectTypeOf<() => string[]>().not.toExtend<Application>()
    expectTypeOf<() => Uint8Array>().not.toExtend<Application>()
    expectTypeOf<() => undefined>().not.toExtend<Application>()
    expectTypeOf<() => Promise<string>>().not.toExtend<Application>()
    expectTypeOf<() => Response>().not.toExtend<Application>()
  })

  test('has typed parameters', () => {
    const app: Application = (environ, startResponse) => {
      expectTypeOf(environ).toEqualTypeOf<Environ>()
      expectTypeOf(startResponse).toEqualTypeOf<StartResponse>()
      expectTypeOf(environ.PATH_INFO).toEqualTypeOf<string>()
      expectTypeOf(environ.CONTENT_TYPE).toEqualTypeOf<string | undefined>()
      expectTypeOf(environ['wsgi.url_scheme']).toEqualTypeOf<'http' | 'https'>()
      expectTypeOf(environ['phial.signal']).toEqualTypeOf<AbortSignal | undefined>()
      expectTypeOf(environ['wsgi.input'].read(1)).toEqualTypeOf<Promise<Uint8Array>>()
      expectTypeOf(environ['my.key']).toBeUnknown()
      expectTypeOf(startResponse('200 OK', [])).toEqualTypeOf<Write>()
      return []
    }
    expectTypeOf(app).returns.toEqualTypeOf<Body | Promise<Body>>()
  })

  test('may be the wsgiApp of an object', () => {
    expectTypeOf<{ wsgiApp: Application }>().toExtend<ApplicationLike>()
    expectTypeOf<{ wsgiApp: () => string }>().not.toExtend<ApplicationLike>()
    expectTypeOf(asApplication).returns.toEqualTypeOf<Application>()
  })
})

describe('startResponse', () => {
  test('takes a status, pairs, and any thrown value', () => {
    expectTypeOf<StartResponse>().parameters.toEqualTypeOf<
      [status: string, headers: HeaderList, excInfo?: unknown]
    >()
    expectTypeOf<[['A', 'b']]>().toExtend<HeaderList>()
    expectTypeOf<{ A: string }>().not.toExtend<HeaderList>()
    expectTypeOf<[string, number][]>().not.toExtend<HeaderList>()
    expectTypeOf<[string][]>().not.toExtend<HeaderList>()
  })
})

describe('middleware', () => {
  test('is the type of validator, proxyFix() and compose()', () => {
    expectTypeOf(validator).toExtend<Middleware>()
    expectTypeOf(proxyFix).returns.toEqualTypeOf<Middleware>()
    expectTypeOf(compose()).toEqualTypeOf<Middleware>()
    expectTypeOf(compose(validator, proxyFix({ for: 2 }))).toBeCallableWith(() => [])
  })

  test('takes an application or an object with a wsgiApp, and returns an application', () => {
    expectTypeOf<Middleware>().parameters.toEqualTypeOf<[app: ApplicationLike]>()
    expectTypeOf<Middleware>().returns.toEqualTypeOf<Application>()
    expectTypeOf(dispatcher).returns.toEqualTypeOf<Application>()
    expectTypeOf(fromFetch).returns.toEqualTypeOf<Application>()
    expectTypeOf(toFetch<[]>).returns.toEqualTypeOf<(request: Request) => Promise<Response>>()
  })
})

describe('helpers', () => {
  test('have typed results', () => {
    expectTypeOf(run).returns.toEqualTypeOf<void | Promise<void>>()
    expectTypeOf(call).returns.resolves.toEqualTypeOf<CallAnswer>()
    expectTypeOf<CallAnswer['json']>().returns.toBeUnknown()
    expectTypeOf(makeEnviron).returns.toEqualTypeOf<Environ>()
    expectTypeOf(setupTestingDefaults).returns.toEqualTypeOf<Environ>()
    expectTypeOf(shiftPathInfo).returns.toEqualTypeOf<string | undefined>()
  })

  test('of headers infer the type of a fallback', () => {
    const headers = new Headers()
    expectTypeOf(headers.get('a')).toEqualTypeOf<string | undefined>()
    expectTypeOf(headers.get('a', null)).toEqualTypeOf<string | null>()
    expectTypeOf(headers).toExtend<Iterable<[string, string]>>()
  })
})
