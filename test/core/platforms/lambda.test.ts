import { rawPath, validator, type Application, type Environ } from '@phial/core'
import { lambdaHandler, type LambdaEvent, type LambdaResult } from '@phial/core/platforms'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { bytes } from '../support/bytes.ts'
import { ok } from '../support/drive.ts'

const log = vi.spyOn(console, 'error')

beforeEach(() => {
  log.mockReset()
})
afterEach(() => {
  log.mockReset()
})

/** An event of a function URL, as AWS documents it. */
function event(changes: Partial<LambdaEvent> = {}, http: Record<string, string> = {}): LambdaEvent {
  return {
    version: '2.0',
    rawPath: '/my/path',
    rawQueryString: 'a=1&a=2&b=%20',
    cookies: ['one=1', 'two=2'],
    headers: {
      'header-a': 'value',
      'header-b': 'one,two',
      host: 'abc.lambda-url.eu-central-1.on.aws',
    },
    isBase64Encoded: false,
    ...changes,
    requestContext: {
      domainName: 'abc.lambda-url.eu-central-1.on.aws',
      stage: '$default',
      ...changes.requestContext,
      http: { method: 'GET', protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', ...http },
    },
  }
}

async function ask(
  given: LambdaEvent,
  look: (environ: Environ) => unknown = () => '',
): Promise<{ result: LambdaResult; seen: unknown }> {
  let seen: unknown
  const app: Application = async (environ, startResponse) => {
    seen = await look(environ)
    ok(startResponse)
    return [bytes('seen')]
  }
  const result = await lambdaHandler(validator(app))(given, { awsRequestId: '1' })
  return { result, seen }
}

describe('the environ of an event', () => {
  test('contains the request and the client’s address', async () => {
    const { seen } = await ask(event(), (environ) => ({ ...environ }))
    expect(seen).toMatchObject({
      REQUEST_METHOD: 'GET',
      SCRIPT_NAME: '',
      PATH_INFO: '/my/path',
      QUERY_STRING: 'a=1&a=2&b=%20',
      SERVER_NAME: 'abc.lambda-url.eu-central-1.on.aws',
      SERVER_PORT: '443',
      SERVER_PROTOCOL: 'HTTP/1.1',
      REMOTE_ADDR: '203.0.113.7',
      HTTP_HOST: 'abc.lambda-url.eu-central-1.on.aws',
      HTTP_HEADER_B: 'one,two',
      HTTP_COOKIE: 'one=1; two=2',
      'wsgi.url_scheme': 'https',
      'phial.platform': { name: 'lambda', event: event(), context: { awsRequestId: '1' } },
    })
  })

  test.each([
    ['/caf%C3%A9/a%2Fb', '/cafÃ©/a/b', '/caf%C3%A9/a%2Fb'],
    ['/café', '/cafÃ©', '/caf%C3%A9'],
    ['/a b', '/a b', '/a%20b'],
    ['/a/../b', '/a/../b', '/a/../b'],
  ])('decodes the path %s once', async (path, decoded, raw) => {
    const { seen } = await ask(event({ rawPath: path }), (environ) => [
      environ.PATH_INFO,
      rawPath(environ),
    ])
    expect(seen).toEqual([decoded, raw])
  })

  test.each([
    ['/café/a b', '/cafÃ©/a b', '/caf%C3%A9/a%20b'],
    ['/%41', '/%41', '/%2541'],
    ['/100%', '/100%', '/100%25'],
    ['/a?b#c', '/a?b#c', '/a%3Fb%23c'],
  ])('keeps the path %s as API Gateway has decoded it', async (path, decoded, raw) => {
    const requestContext = { ...event().requestContext, domainName: 'api.example.com' }
    const { seen } = await ask(event({ rawPath: path, requestContext }), (environ) => [
      environ.PATH_INFO,
      rawPath(environ),
      environ.QUERY_STRING,
    ])
    expect(seen).toEqual([decoded, raw, 'a=1&a=2&b=%20'])
  })

  const gateway = { domainName: 'abc.execute-api.eu-central-1.amazonaws.com', stage: 'prod' }
  test.each([
    [gateway, '/prod/a', '/prod', '/a'],
    [gateway, '/prod', '/prod', ''],
    [gateway, '/production', '', '/production'],
    [{ ...gateway, stage: '$default' }, '/prod/a', '', '/prod/a'],
    [{ ...gateway, domainName: 'api.example.com' }, '/prod/a', '', '/prod/a'],
  ])('for %j and %s has the SCRIPT_NAME %j', async (changes, path, script, info) => {
    const requestContext = { ...event().requestContext, ...changes }
    const { seen } = await ask(
      event({ rawPath: path, requestContext }),
      ({ SCRIPT_NAME, PATH_INFO }) => [SCRIPT_NAME, PATH_INFO],
    )
    expect(seen).toEqual([script, info])
  })

  const read = async (environ: Environ): Promise<unknown> => [
    environ.CONTENT_LENGTH,
    [...(await environ['wsgi.input'].read())],
  ]
  test.each([
    [{ body: 'grün' }, ['5', [103, 114, 195, 188, 110]]],
    [{ body: 'AP/A', isBase64Encoded: true }, ['3', [0, 255, 192]]],
    [{}, [undefined, []]],
  ])('has the body %j', async (changes, expected) => {
    const headers = { host: 'a', 'Content-Length': '99', 'transfer-encoding': 'chunked' }
    const { seen } = await ask(event({ headers, ...changes }, { method: 'POST' }), read)
    expect(seen).toEqual(expected)
  })
})

describe('the result', () => {
  const answering =
    (headers: [string, string][], ...chunks: Uint8Array[]): Application =>
    (_environ, startResponse) => {
      startResponse('201 Created', headers)
      return chunks
    }

  test('has the status, the headers, the cookies, and the body as base64', async () => {
    const app = answering(
      [
        ['Content-Type', 'image/png'],
        ['Set-Cookie', 'a=1, x'],
        ['Vary', 'A'],
        ['set-cookie', 'b=2'],
        ['vary', 'B'],
      ],
      Uint8Array.of(0, 255),
      Uint8Array.of(192),
    )
    expect(await lambdaHandler(app)(event())).toEqual({
      statusCode: 201,
      headers: { 'content-type': 'image/png', vary: 'A, B' },
      cookies: ['a=1, x', 'b=2'],
      body: 'AP/A',
      isBase64Encoded: true,
    })
  })

  test('of HEAD has the headers of GET and no body', async () => {
    const app = answering([['Content-Type', 'text/plain']], bytes('seen'))
    const got = await lambdaHandler(app)(event())
    const head = await lambdaHandler(app)(event({}, { method: 'HEAD' }))
    expect(head).toEqual({ ...got, body: '' })
    expect(got.headers['content-length']).toBe('4')
  })

  test('is a 500 if the application fails, and the error is logged', async () => {
    const result = await lambdaHandler(() => {
      throw new Error('no luck')
    })(event())
    expect(result.statusCode).toBe(500)
    expect(String(log.mock.calls[0]?.[0])).toContain('no luck')
  })

  test('is rejected if the application fails after the head', async () => {
    const breaking: Application = async function* (_environ, startResponse) {
      ok(startResponse)
      yield bytes('half')
      throw new Error('no luck')
    }
    await expect(lambdaHandler(breaking)(event())).rejects.toThrow('no luck')
  })
})

test.each([['1.0'], [undefined]])('rejects an event of format %s', async (version) => {
  const other = { ...event(), version } as unknown as LambdaEvent
  await expect(lambdaHandler(() => [])(other)).rejects.toMatchObject({
    code: 'ERR_PHIAL_LAMBDA_EVENT',
    message: expect.stringContaining('payload format'),
  })
})
