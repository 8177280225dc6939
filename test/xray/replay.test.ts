import type { Application } from '@phial/core'
import { differences, lacks, readCapture, record, replay, type Capture } from '@phial/xray'
import { describe, expect, test } from 'vitest'
import { requestOf } from '../../packages/xray/src/replay.ts'

const echo: Application = async (environ, startResponse) => {
  const body = await environ['wsgi.input'].read()
  const { REQUEST_METHOD, SCRIPT_NAME, PATH_INFO, QUERY_STRING, CONTENT_LENGTH, REMOTE_ADDR } =
    environ
  startResponse('200 OK', [['Content-Type', 'application/json']])
  const words = {
    REQUEST_METHOD,
    SCRIPT_NAME,
    PATH_INFO,
    QUERY_STRING,
    CONTENT_LENGTH,
    REMOTE_ADDR,
  }
  const text = JSON.stringify({
    ...words,
    accept: environ['HTTP_ACCEPT'],
    body: Buffer.from(body).toString('base64'),
  })
  return [new TextEncoder().encode(text)]
}

const sent = async (
  options: Parameters<typeof record>[1],
): Promise<[unknown, unknown, Capture]> => {
  const { picture, answer } = await record(echo, options)
  const capture = readCapture(JSON.stringify(picture))
  return [answer?.json(), (await replay(echo, capture)).answer?.json(), capture]
}

describe('a captured request is sent again unchanged', () => {
  test.for<[string, Parameters<typeof record>[1]]>([
    ['a path with a query', { path: '/caf%C3%A9/a%2Fb?x=%20y&x=2' }],
    ['headers', { headers: [['Accept', 'text/html']], environ: { REMOTE_ADDR: '192.0.2.7' } }],
    ['a text', { method: 'POST', body: 'name=Zoë' }],
    ['bytes', { method: 'PUT', body: Uint8Array.of(0xff, 0, 1) }],
  ])('%s', async ([, options]) => {
    const [before, after, capture] = await sent(options)
    expect(after).toEqual(before)
    expect(lacks(capture)).toEqual([])
  })
})

test('a capture written by hand needs only a method and a path', async () => {
  const capture = readCapture(
    '{"request": {"environ": {"PATH_INFO": "/a b", "QUERY_STRING": "c=d"}}}',
  )
  expect(requestOf(capture)).toMatchObject({ method: 'GET', path: '/a%20b?c=d' })
  expect((await replay(echo, capture)).answer?.json()).toMatchObject({ PATH_INFO: '/a b' })
})

test.for([
  '',
  'null',
  '[]',
  '{"request": 1}',
  '{"request": {"environ": {"a": 1}}}',
  '{"request": {"environ": {}, "body": {}}}',
])('readCapture rejects %j', (text) => {
  expect(() => readCapture(text)).toThrow(/^Not a capture/)
})

test('lacks() describes what a capture does not contain', () => {
  const capture = (environ: Record<string, string>, body?: Capture['request']['body']): string =>
    lacks({ request: { environ, ...(body && { body }) } }).join()
  expect(capture({ HTTP_COOKIE: 'a=•••(3)' })).toContain('sent as ***: HTTP_COOKIE')
  expect(capture({}, { text: 'password=•••(3)', bytes: 12, isCut: false })).toContain('the body')
  expect(capture({}, { text: 'a', bytes: 99_999, isCut: true })).toContain(
    'the first 64 KiB of 99999',
  )
  expect(capture({ CONTENT_LENGTH: '9' }, { text: '', bytes: 0, isCut: false })).toContain(
    'read only 0 of 9',
  )
})

test('replaces a header, even a masked one', () => {
  const capture: Capture = { request: { environ: { HTTP_COOKIE: 'a=•••(3)', HTTP_ACCEPT: '*/*' } } }
  expect(requestOf(capture, { cookie: 'a=b' }).headers).toEqual([
    ['cookie', 'a=b'],
    ['Accept', '*/*'],
  ])
  expect(requestOf(capture).headers[0]).toEqual(['Cookie', 'a=***(3)'])
})

test('differences() describes how an answer differs', async () => {
  const say =
    (text: string, status = '200 OK'): Application =>
    (_environ, startResponse) => {
      startResponse(status, [['Content-Type', 'text/plain']])
      return [new TextEncoder().encode(text)]
    }
  const { picture } = await record(say('one'))
  const then = async (app: Application): Promise<string[]> =>
    differences(picture, (await replay(app, picture)).picture)
  expect(await then(say('one'))).toEqual([])
  expect(await then(say('two'))).toEqual(['its text differs'])
  expect(await then(say('three', '201 Created'))).toEqual([
    'its status was 200 OK and is now 201 Created',
    'its length was 3 bytes and is now 5 bytes',
  ])
})
