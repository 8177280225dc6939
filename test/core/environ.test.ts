import {
  call,
  emptyInput,
  environKey,
  errorStream,
  FileWrapper,
  makeEnviron,
  rules,
  validator,
  type Environ,
  type RequestHead,
} from '@phial/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const head = (more: Partial<RequestHead> = {}): RequestHead => ({
  method: 'GET',
  target: '/',
  protocol: 'HTTP/1.1',
  headers: [],
  scheme: 'http',
  serverName: 'server.example',
  serverPort: '8000',
  remoteAddr: '192.0.2.1',
  remotePort: '50000',
  input: emptyInput(),
  errors: errorStream(() => undefined),
  ...more,
})

const withHeaders = (...headers: [string, string][]): Environ => makeEnviron(head({ headers }))

const httpKeys = (environ: Environ): string[] =>
  Object.keys(environ).filter((key) => /^(?:HTTP_|CONTENT_)/.test(key))

describe('an environ', () => {
  test('has phial.retiring only if the server provides it', () => {
    const { signal } = new AbortController()
    expect(makeEnviron(head({ retiring: signal }))['phial.retiring']).toBe(signal)
    expect('phial.retiring' in makeEnviron(head())).toBe(false)
  })

  test('contains everything that a server knows about a request', () => {
    const { signal } = new AbortController()
    const given = head({
      method: 'POST',
      target: '/caf%C3%A9/a%2Fb?x=%20',
      scheme: 'https',
      multiprocess: true,
      runOnce: true,
      signal,
    })
    expect(Object.entries(makeEnviron(given))).toEqual(
      expect.arrayContaining(
        Object.entries({
          REQUEST_METHOD: 'POST',
          SCRIPT_NAME: '',
          PATH_INFO: '/cafÃ©/a/b',
          QUERY_STRING: 'x=%20',
          RAW_URI: '/caf%C3%A9/a%2Fb?x=%20',
          SERVER_NAME: 'server.example',
          SERVER_PORT: '8000',
          SERVER_PROTOCOL: 'HTTP/1.1',
          REMOTE_ADDR: '192.0.2.1',
          REMOTE_PORT: '50000',
          'wsgi.version': [1, 0],
          'wsgi.url_scheme': 'https',
          'wsgi.input': given.input,
          'wsgi.errors': given.errors,
          'wsgi.multithread': true,
          'wsgi.multiprocess': true,
          'wsgi.run_once': true,
          'wsgi.file_wrapper': FileWrapper,
          'wsgi.input_terminated': true,
          'phial.signal': signal,
        }),
      ),
    )
  })

  test('has no keys for missing values', () => {
    const environ = makeEnviron(head())
    expect(httpKeys(environ)).toEqual([])
    expect('phial.signal' in environ).toBe(false)
    expect(environ['wsgi.multiprocess']).toBe(false)
    expect(environ['wsgi.run_once']).toBe(false)
  })

  test('inherits no key', () => {
    const environ = makeEnviron(head())
    for (const key of ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf'])
      expect(key in environ, key).toBe(false)
    expect(Object.keys(environ)).toEqual(Reflect.ownKeys(environ))
    const keys: string[] = []
    for (const key in environ) keys.push(key)
    expect(keys).toEqual(Object.keys(environ))
  })

  test('is a new object for each request', () => {
    const given = head()
    const first = makeEnviron(given)
    first['my.key'] = 1
    first.PATH_INFO = '/changed'
    delete (first as Record<string, unknown>)['wsgi.input']
    expect(Reflect.getPrototypeOf(first)).toSatisfy(Object.isFrozen)
    expect(first['wsgi.version']).toSatisfy(Object.isFrozen)
    const second = makeEnviron(given)
    expect(second).not.toBe(first)
    expect(second.PATH_INFO).toBe('/')
    expect('my.key' in second).toBe(false)
    expect(second['wsgi.input']).toBe(given.input)
  })

  test('complies with the rules for every request that a server accepts', () => {
    const token = fc.string({
      unit: fc.constantFrom('a', 'Z', '-', '_', '1', '!'),
      minLength: 1,
      maxLength: 12,
    })
    const value = fc.string({
      unit: fc.integer({ min: 32, max: 255 }).map((code) => String.fromCharCode(code)),
    })
    const path = fc.string({ unit: fc.constantFrom('/', 'a', '%', '%2F', '%FF', '.', ';') })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(token, value)),
        path,
        fc.constantFrom('', '?', '?a=b', '?a?b', '??', '??a=b'),
        (headers, path, query) => {
          const environ = makeEnviron(head({ headers, target: `/${path}${query}` }))
          for (const rule of rules.filter(({ at }) => at === 'environ'))
            expect((rule.check as (environ: Environ) => unknown)(environ), rule.id).toBeUndefined()
        },
      ),
    )
  })
})

describe('headers', () => {
  test.each([
    ['User-Agent', 'HTTP_USER_AGENT'],
    ['x-a', 'HTTP_X_A'],
    ['Content-Type', 'CONTENT_TYPE'],
    ['content-length', 'CONTENT_LENGTH'],
    ['Content-Length-X', 'HTTP_CONTENT_LENGTH_X'],
    ['constructor', 'HTTP_CONSTRUCTOR'],
    ['Proxy-Authorization', 'HTTP_PROXY_AUTHORIZATION'],
    ['Proxy', undefined],
    ['pRoXy', undefined],
    ['X_A', undefined],
    ['Content_Length', undefined],
    ['__proto__', undefined],
  ])('%s becomes %s', (name, key) => {
    expect(environKey(name)).toBe(key)
    expect(httpKeys(withHeaders([name, 'value']))).toEqual(key === undefined ? [] : [key])
  })

  test('that repeat are joined with commas, and cookies with semicolons', () => {
    const environ = withHeaders(
      ['Accept', 'a'],
      ['Cookie', 'a=1'],
      ['ACCEPT', 'b'],
      ['cookie', 'b=2'],
      ['Accept', ''],
    )
    expect(environ['HTTP_ACCEPT']).toBe('a, b, ')
    expect(environ['HTTP_COOKIE']).toBe('a=1; b=2')
  })

  test('that are empty are present', () => {
    expect(withHeaders(['X-Empty', ''])['HTTP_X_EMPTY']).toBe('')
  })

  test('cannot replace a key of the server', () => {
    const environ = withHeaders(
      ['Server-Name', 'evil'],
      ['Request-Method', 'EVIL'],
      ['Wsgi.Input', 'evil'],
      ['Remote-Addr', 'evil'],
    )
    expect(environ).toMatchObject({
      SERVER_NAME: 'server.example',
      REQUEST_METHOD: 'GET',
      REMOTE_ADDR: '192.0.2.1',
    })
    expect(environ['HTTP_SERVER_NAME']).toBe('evil')
  })
})

describe('a target', () => {
  const parts = (target: string, ...headers: [string, string][]): unknown[] => {
    const environ = makeEnviron(head({ target, headers }))
    return [environ.PATH_INFO, environ.QUERY_STRING, environ['HTTP_HOST'], environ.RAW_URI]
  }

  test.each([
    ['/', '/', ''],
    ['/a?', '/a', ''],
    ['/a?b?c=%41', '/a', 'b?c=%41'],
    ['//a//b', '//a//b', ''],
    ['/%zz', '/%zz', ''],
    ['/%2541', '/%41', ''],
    ['*', '', ''],
    ['server.example:443', '', ''],
  ])('of %s has the path %j and the query %j', (target, path, query) => {
    expect(parts(target, ['Host', 'a'])).toEqual([path, query, 'a', target])
  })

  test('that is an absolute URL has an authority that replaces Host', () => {
    for (const headers of [[['Host', 'other.example']], []] as [string, string][][])
      expect(parts('http://server.example:81/a%20b?c', ...headers)).toEqual([
        '/a b',
        'c',
        'server.example:81',
        'http://server.example:81/a%20b?c',
      ])
    expect(parts('http://server.example')[0]).toBe('/')
  })
})

describe('phial.signal', () => {
  let made = 0
  const controller = new AbortController()
  const source = {
    get signal(): AbortSignal {
      made++
      return controller.signal
    },
  }

  function environWithSignal(): Environ {
    made = 0
    return makeEnviron(head(), source)
  }

  test('is requested from the server only when it is read', () => {
    const environ = environWithSignal()
    expect(Object.keys(environ)).toContain('phial.signal')
    expect('phial.signal' in environ).toBe(true)
    expect(made).toBe(0)
    expect(environ['phial.signal']).toBe(controller.signal)
    expect(made).toBe(1)
  })

  test('is copied as a value', () => {
    const copy = { ...environWithSignal() }
    expect(Object.getOwnPropertyDescriptor(copy, 'phial.signal')).toEqual({
      value: controller.signal,
      writable: true,
      enumerable: true,
      configurable: true,
    })
  })

  test('may be changed and deleted', () => {
    const environ = environWithSignal()
    const other = new AbortController().signal
    environ['phial.signal'] = other
    expect(environ['phial.signal']).toBe(other)
    delete environ['phial.signal']
    expect('phial.signal' in environ).toBe(false)
    expect(made).toBe(0)
  })

  test('is visible to an object that inherits from an environ, which can override it', () => {
    const environ = environWithSignal()
    const below = Object.create(environ) as Environ
    expect(below['phial.signal']).toBe(controller.signal)
    const other = new AbortController().signal
    below['phial.signal'] = other
    expect([below['phial.signal'], environ['phial.signal']]).toEqual([other, controller.signal])
  })

  test('is separate for each environ', () => {
    const other = new AbortController()
    const [one, two] = [environWithSignal(), makeEnviron(head(), other)]
    expect(one['phial.signal']).toBe(controller.signal)
    expect(two['phial.signal']).toBe(other.signal)
  })

  test('passes the validator', async () => {
    const app = validator((environ, startResponse) => {
      startResponse('200 OK', [['Content-Type', 'text/plain']])
      return [Buffer.from(String(environ['phial.signal'] === controller.signal))]
    })
    const environ = makeEnviron(head({ signal: controller.signal }))
    expect((await call(app, { environ })).text()).toBe('true')
  })
})
