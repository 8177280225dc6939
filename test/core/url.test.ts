import {
  applicationUri,
  decodePath,
  guessScheme,
  origin,
  quotePath,
  requestUri,
  rules,
  setupTestingDefaults,
  shiftPathInfo,
  splitTarget,
  textToWsgi,
  validator,
  call,
  wsgiToText,
  type Environ,
} from '@phial/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseUrl } from '../../packages/core/src/url.ts'
import { bytes } from './support/bytes.ts'
import { ok } from './support/drive.ts'
import { askPython, hasPython } from './support/python.ts'

type Variables = Record<string, string>

const environOf = (variables: Variables): Environ => setupTestingDefaults({ ...variables })

const latin1 = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 10,
})
const segment = fc.oneof(
  latin1.map((text) => text.replaceAll('/', '')),
  fc.constantFrom('', '.', '..', 'a', 'b c', 'x;y=z,w', '~user', 'caf\u00c3\u00a9', '%41', '...'),
)
/** A segment as a server or `shiftPathInfo` creates it: not empty, and not only dots. */
const scriptSegment = segment.filter((text) => text !== '' && !/^\.+$/.test(text))
const pathOf = (segments: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(segments, { maxLength: 4 }).map((parts) => parts.map((part) => `/${part}`).join(''))
/** Excludes characters that wsgiref escapes in a script name, and Phial does not: see the differences below. */
const sameInScript = (path: string): boolean => !/[;=,]/.test(path)

const variables = fc.record({
  SCRIPT_NAME: pathOf(scriptSegment),
  PATH_INFO: pathOf(segment),
  QUERY_STRING: fc.constantFrom('', 'a=1', 'a=1&b=%20', '?', 'x=\u00e9'),
  SERVER_NAME: fc.constantFrom('example.org', '127.0.0.1'),
  SERVER_PORT: fc.constantFrom('80', '443', '8000'),
  'wsgi.url_scheme': fc.constantFrom('http', 'https'),
  HTTP_HOST: fc.constantFrom('', 'example.net', 'example.net:8080'),
})

const SCRIPT = `
from wsgiref import util
answers = []
for environ in given:
    shifted = dict(environ)
    answers.append({
        'application': util.application_uri(environ),
        'request': util.request_uri(environ),
        'bare': util.request_uri(environ, False),
        'name': util.shift_path_info(shifted),
        'script': shifted['SCRIPT_NAME'],
        'path': shifted['PATH_INFO'],
    })
`

function ours(given: Variables): unknown {
  const environ = environOf(given)
  const uris = {
    application: applicationUri(environ),
    request: requestUri(environ),
    bare: requestUri(environ, false),
  }
  const name = shiftPathInfo(environ) ?? null
  return { ...uris, name, script: environ.SCRIPT_NAME, path: environ.PATH_INFO }
}

describe.skipIf(!hasPython)('like wsgiref.util', () => {
  test('builds URLs and shifts paths in the same way for any environ', () => {
    const given = fc
      .sample(variables, { numRuns: 800, seed: 3333 })
      .filter(({ SCRIPT_NAME }) => sameInScript(SCRIPT_NAME))
    const theirs = askPython(SCRIPT, given) as unknown[]
    expect(theirs.length).toBeGreaterThan(500)
    for (const [at, variables] of given.entries())
      expect(ours(variables), JSON.stringify(variables)).toEqual(theirs[at])
  })

  test('guesses the scheme from HTTPS', () => {
    const given = ['on', '1', 'yes', 'off', '0', 'no', '', 'ON', 'Yes', 'true', undefined].map(
      (HTTPS) => ({ ...(HTTPS !== undefined && { HTTPS }) }),
    )
    const theirs = askPython(
      'from wsgiref import util\nanswers = [util.guess_scheme(environ) for environ in given]',
      given,
    )
    expect(given.map((environ) => guessScheme(environ))).toEqual(theirs)
  })

  test('completes an environ for a test', () => {
    const given: Variables[] = [
      {},
      { HTTPS: 'on' },
      { 'wsgi.url_scheme': 'https' },
      { SERVER_NAME: 'example.org' },
      { HTTP_HOST: 'example.net', SERVER_PORT: '99' },
      { REQUEST_METHOD: 'POST', SCRIPT_NAME: '/a', PATH_INFO: '/b' },
    ]
    const theirs = askPython(
      `from wsgiref import util
answers = []
for environ in given:
    util.setup_testing_defaults(environ)
    for flag in ('wsgi.run_once', 'wsgi.multithread', 'wsgi.multiprocess'):
        environ[flag] = bool(environ[flag])
    del environ['wsgi.input'], environ['wsgi.errors']
    answers.append(environ)`,
      given,
    ) as Variables[]
    for (const [at, variables] of given.entries()) {
      const {
        'wsgi.input': input,
        'wsgi.errors': errors,
        QUERY_STRING: query,
        ...mine
      } = environOf(variables)
      expect(mine).toEqual(theirs[at])
      expect([input, errors]).not.toContain(undefined)
      // A difference: QUERY_STRING is always present, as ENV-2 requires.
      expect(query).toBe('')
    }
  })

  describe('except for intended differences', () => {
    const differences: [why: string, variables: Variables, key: string, ours: string, theirs: string][] = [
      ['a script name of "/" does not become a double slash', { SCRIPT_NAME: '/', PATH_INFO: '/b' }, 'script', '/b', '//b'],
      ['a double slash is collapsed', { SCRIPT_NAME: '//a', PATH_INFO: '/b' }, 'script', '/a/b', '//a/b'],
      ['";", "=" and "," are not escaped in a script name, as in the path', { SCRIPT_NAME: '/a;b=c,d', PATH_INFO: '' }, 'application', 'http://127.0.0.1/a;b=c,d', 'http://127.0.0.1/a%3Bb%3Dc%2Cd'],
      ['an IPv6 address is put in brackets', { SCRIPT_NAME: '', PATH_INFO: '/', SERVER_NAME: '::1', HTTP_HOST: '' }, 'request', 'http://[::1]/', 'http://::1/'],
    ] // prettier-ignore

    test.each(differences)('%s', (_why, variables, key, mine, theirs) => {
      const given = {
        HTTP_HOST: '127.0.0.1',
        SERVER_NAME: '127.0.0.1',
        SERVER_PORT: '80',
        'wsgi.url_scheme': 'http',
        ...variables,
      }
      expect(ours(given)).toHaveProperty([key], mine)
      expect(askPython(SCRIPT, [given])).toMatchObject([{ [key]: theirs }])
    })
  })
})

describe('shiftPathInfo', () => {
  test('shifts segment by segment, and distinguishes "/x" from "/x/"', () => {
    const environ = environOf({ SCRIPT_NAME: '', PATH_INFO: '/a//./b/' })
    const seen: unknown[] = []
    for (let at = 0; at < 4; at++)
      seen.push([shiftPathInfo(environ), environ.SCRIPT_NAME, environ.PATH_INFO])
    expect(seen).toEqual([
      ['a', '/a', '/b/'],
      ['b', '/a/b', '/'],
      ['', '/a/b/', ''],
      [undefined, '/a/b/', ''],
    ])
  })
})

describe('origin', () => {
  test.each([
    [{ HTTP_HOST: 'example.net:81' }, 'http://example.net:81'],
    [{ HTTP_HOST: '', SERVER_NAME: 'example.org' }, 'http://example.org'],
    [{ HTTP_HOST: '', SERVER_NAME: 'example.org', SERVER_PORT: '8000' }, 'http://example.org:8000'],
    [
      { HTTP_HOST: '', SERVER_NAME: 'example.org', SERVER_PORT: '443', HTTPS: 'on' },
      'https://example.org',
    ],
    [
      { HTTP_HOST: '', SERVER_NAME: 'example.org', SERVER_PORT: '80', HTTPS: 'on' },
      'https://example.org:80',
    ],
    [{ HTTP_HOST: '', SERVER_NAME: '::1', SERVER_PORT: '8000' }, 'http://[::1]:8000'],
    [{ HTTP_HOST: '', SERVER_NAME: '[::1]', SERVER_PORT: '8000' }, 'http://[::1]:8000'],
  ])('of %j is %s', (variables, expected) => {
    expect(origin(environOf(variables as unknown as Variables))).toBe(expected)
  })
})

describe('setupTestingDefaults', () => {
  test('modifies and returns its argument, and keeps existing keys', () => {
    const given = { REQUEST_METHOD: 'PUT', 'my.key': 1 }
    const environ = setupTestingDefaults(given)
    expect(environ).toBe(given)
    expect(environ).toMatchObject({ REQUEST_METHOD: 'PUT', 'my.key': 1, PATH_INFO: '/' })
  })

  test('creates an environ that complies with the rules', () => {
    const environ = setupTestingDefaults({})
    for (const rule of rules.filter(({ at }) => at === 'environ'))
      expect((rule.check as (environ: Environ) => unknown)(environ), rule.id).toBeUndefined()
  })

  test('leaves the path empty if only a script name is given', () => {
    expect(setupTestingDefaults({ SCRIPT_NAME: '/a' }).PATH_INFO).toBe('')
    expect(setupTestingDefaults({ PATH_INFO: '/a' }).SCRIPT_NAME).toBe('')
  })
})

describe('conversion between text and bytes', () => {
  const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), latin1,
    fc.string({ unit: fc.constantFrom('%', '2', 'F', 'f', '/', '\ud800', '\udc00', '\ufeff', 'é', '?') })) // prettier-ignore

  test('textToWsgi and wsgiToText preserve any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const text = Buffer.from(value).toString()
        const wsgi = textToWsgi(text)
        expect(wsgi).toBe(Buffer.from(text).toString('latin1'))
        expect(wsgiToText(wsgi)).toBe(text)
      }),
    )
  })

  test('preserves a byte order mark', () => {
    expect(wsgiToText(textToWsgi('\ufeff/café'))).toBe('\ufeff/café')
  })

  test('replaces invalid UTF-8 with U+FFFD', () => {
    expect(wsgiToText('/\u00ff/a')).toBe('/\ufffd/a')
  })

  test('decodePath inverts quotePath', () => {
    fc.assert(
      fc.property(latin1, (path) => {
        expect(decodePath(quotePath(path))).toBe(path)
      }),
    )
  })

  test('quotePath returns only characters that are valid in a path', () => {
    fc.assert(
      fc.property(anyText, (path) => {
        expect(quotePath(path)).toMatch(/^(?:[\w.~/;=,-]|%[0-9A-F]{2})*$/)
      }),
    )
  })

  test.each([
    ['/caf%C3%A9', '/cafÃ©'],
    ['/a%2Fb', '/a/b'],
    ['/a%2fb', '/a/b'],
    ['/100%', '/100%'],
    ['/%zz%4', '/%zz%4'],
    ['/%2541', '/%41'],
    ['/a+b', '/a+b'],
    ['/%00', '/\0'],
  ])('decodePath decodes %s once', (raw, decoded) => {
    expect(decodePath(raw)).toBe(decoded)
  })

  test('call encodes a typed path as a browser does', async () => {
    const seen: unknown[] = []
    const app = validator((environ, startResponse) => {
      seen.push([environ.PATH_INFO, environ.RAW_URI, environ.QUERY_STRING])
      ok(startResponse)
      return [bytes('')]
    })
    for (const path of ['/café', '/caf%C3%A9', '/a b?c d', '/ü?ü', '/a#b', '/100%', '/"<>\\^`{|}'])
      // oxlint-disable-next-line no-await-in-loop -- sequentially
      await call(app, { path })
    expect(seen).toEqual([
      ['/cafÃ©', '/caf%C3%A9', ''],
      ['/cafÃ©', '/caf%C3%A9', ''],
      ['/a b', '/a%20b?c%20d', 'c%20d'],
      ['/Ã¼', '/%C3%BC?%C3%BC', '%C3%BC'],
      ['/a#b', '/a%23b', ''],
      ['/100%', '/100%', ''],
      ['/"<>\\^`{|}', '/%22%3C%3E%5C%5E%60%7B%7C%7D', ''],
    ])
  })

  test('call encodes any path as UTF-8', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (typed) => {
        const path = `/${typed.replaceAll(/[%?]/g, '')}`
        let seen = ''
        await call(
          (environ, startResponse) => {
            seen = environ.PATH_INFO
            ok(startResponse)
            return []
          },
          { path },
        )
        expect(seen).toBe(Buffer.from(path).toString('latin1'))
      }),
    )
  })

  test('no function throws for any text', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        for (const convert of [wsgiToText, textToWsgi, decodePath, quotePath, splitTarget])
          expect(() => convert(value)).not.toThrow()
        const environ = environOf({
          SCRIPT_NAME: value,
          PATH_INFO: value,
          QUERY_STRING: value,
          HTTP_HOST: value,
        })
        for (const build of [applicationUri, requestUri, origin, shiftPathInfo])
          expect(() => build(environ)).not.toThrow()
      }),
    )
  })
})

describe('parseUrl', () => {
  test('parses a host with non-ASCII characters, even after many calls', () => {
    const parse = (): string | undefined => parseUrl('http://caf\u00e9.example/')?.hostname
    const found = new Set(Array.from({ length: 20_000 }, parse))
    expect([...found]).toEqual(['xn--caf-dma.example'])
  })

  test.each(['', 'null', '/path', 'http://', 'http://a:x/'])('returns undefined for %j', (text) => {
    expect(parseUrl(text)).toBeUndefined()
  })
})
