/** CGI: under a real web server, in a process of its own, and stream by stream. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { validator, type Application, type Environ } from '@phial/core'
import { runCase, serverCases } from '@phial/core/conformance'
import { CgiHandler } from '@phial/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { socketClient } from '@phial/server/conformance'
import { cgiServer, hasCgiServer, type CgiServer } from './support/nginx.ts'
import { bytes, echo } from './support/server.ts'

const program = fileURLToPath(new URL('apps/cgi.js', import.meta.url))

const ANEW =
  'a CGI program is started anew for each request, so a second one cannot tell of the first'
/** What cannot be had, by the names of the cases, and why. */
const excused: Readonly<Record<string, string>> = {
  'keeps invalid escapes in the path': 'nginx refuses such a path before it starts a program',
  'joins repeated headers with commas, and cookies with semicolons':
    'fcgiwrap keeps the last of them',
  'rejects a read if the body is cut off': ANEW,
  'fires phial.signal when the client disconnects': ANEW,
  'sends a chunk before it requests the next one':
    'fcgiwrap hands an answer on when its buffer is full or the program ends',
  'sends the head when write is called with an empty chunk':
    'fcgiwrap hands an answer on when its buffer is full or the program ends',
  'aborts a response that fails after an empty write has sent its head':
    'CGI has no way to say that an answer of untold length is not whole',
  'rethrows excInfo after the first bytes, and aborts the response':
    'CGI has no way to say that an answer of untold length is not whole',
  'closes the generator of a response to HEAD': ANEW,
  'closes a body after its end': ANEW,
  'closes a body that throws': ANEW,
  'closes a body if the client disconnects while a chunk is pending': ANEW,
  'ends a generator if the client disconnects': ANEW,
}

describe.skipIf(!hasCgiServer())('under nginx with fcgiwrap', () => {
  let server: CgiServer
  beforeAll(async () => {
    server = await cgiServer(program, ['CASE $http_x_case'])
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const cases = serverCases.map((one, index) => ({ ...one, index }))
  test.each(cases.filter(({ name }) => !(name in excused)))('$rule $name', async (one) => {
    const { found } = await runCase(one, socketClient(server.socket, [`X-Case: ${one.index}`]))
    expect(found).toBeUndefined()
  })
  test('each excuse is needed', async () => {
    const found = await Promise.all(
      cases
        .filter(({ name }) => name in excused)
        .map((one) => runCase(one, socketClient(server.socket, [`X-Case: ${one.index}`]), 3000)),
    )
    expect(found.filter((one) => one.found === undefined)).toEqual([])
    expect(found).toHaveLength(Object.keys(excused).length)
  })
})

interface Answered {
  readonly stdout: string
  readonly stderr: string
}

/** Runs an application with an environment and an input. */
async function cgi(
  app: Application,
  env: Record<string, string>,
  input: Readable = Readable.from([]),
): Promise<Answered> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  await new CgiHandler({ stdin: input, stdout, stderr, env }).run(validator(app))
  const text = async (stream: PassThrough): Promise<string> =>
    Buffer.concat(await stream.end().toArray()).toString('latin1')
  return { stdout: await text(stdout), stderr: await text(stderr) }
}

const GET = { REQUEST_METHOD: 'GET', SERVER_PROTOCOL: 'HTTP/1.1', PATH_INFO: '/a' }

describe('the environ (RFC 3875 §4.1)', () => {
  async function seen(env: Record<string, string>): Promise<Environ> {
    let found: Environ | undefined
    await cgi(
      (environ, startResponse) => {
        found = { ...environ }
        return echo(environ, startResponse)
      },
      { ...GET, ...env },
    )
    return found as Environ
  }

  test('says what the web server says, and that there is one request', async () => {
    const environ = await seen({
      SCRIPT_NAME: '/cgi-bin/app',
      PATH_INFO: '/caf\xc3\xa9',
      QUERY_STRING: 'q=1',
      REQUEST_URI: '/cgi-bin/app/caf%C3%A9?q=1',
      HTTP_USER_AGENT: 'x',
      HTTPS: 'on',
      REMOTE_USER: 'ann',
      SERVER_NAME: 'a.example',
      SERVER_PORT: '443',
    })
    expect(environ).toMatchObject({
      SCRIPT_NAME: '/cgi-bin/app',
      PATH_INFO: '/caf\xc3\xa9',
      QUERY_STRING: 'q=1',
      RAW_URI: '/cgi-bin/app/caf%C3%A9?q=1',
      HTTP_USER_AGENT: 'x',
      REMOTE_USER: 'ann',
      SERVER_NAME: 'a.example',
      'wsgi.url_scheme': 'https',
      'wsgi.run_once': true,
      'wsgi.multiprocess': true,
      'wsgi.multithread': false,
    })
  })

  test('fills in what the web server left out', async () => {
    expect(await seen({ SCRIPT_NAME: '/' })).toMatchObject({
      SCRIPT_NAME: '',
      SERVER_NAME: 'localhost',
      SERVER_PORT: '80',
      RAW_URI: '//a',
    })
  })

  test('has no HTTP_PROXY, and tells type and length once', async () => {
    const environ = await seen({
      HTTP_PROXY: 'evil',
      CONTENT_TYPE: '',
      CONTENT_LENGTH: '',
      HTTP_CONTENT_TYPE: 'text/plain',
      HTTP_CONTENT_LENGTH: '3',
    })
    const names = Object.keys(environ).filter((key) => /PROXY|CONTENT/.test(key))
    expect(names).toEqual([])
  })
})

describe('the body (§4.2)', () => {
  const post = { ...GET, REQUEST_METHOD: 'POST' }
  test('ends where CONTENT_LENGTH says', async () => {
    const { stdout } = await cgi(
      echo,
      { ...post, CONTENT_LENGTH: '3' },
      Readable.from([bytes('abcdef')]),
    )
    expect(stdout).toContain('POST /a 3\n')
  })
  test('of a chunked request ends where the input does', async () => {
    const env = { ...post, HTTP_TRANSFER_ENCODING: 'chunked' }
    expect((await cgi(echo, env, Readable.from([bytes('ab'), bytes('c')]))).stdout).toContain(
      '/a 3\n',
    )
  })
  test('that is cut short is an error', async () => {
    const { stdout, stderr } = await cgi(
      echo,
      { ...post, CONTENT_LENGTH: '9' },
      Readable.from([bytes('abc')]),
    )
    expect(stdout).toMatch(/^Status: 500 /)
    expect(stderr).toContain('The client disconnected')
  })
})

describe('the answer (§6)', () => {
  test('begins with its status', async () => {
    const { stdout } = await cgi(echo, GET)
    expect(stdout).toBe(
      'Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nGET /a 0\n',
    )
  })
  test('an error is a 500, and is told on standard error', async () => {
    const { stdout, stderr } = await cgi(() => {
      throw new Error('no database')
    }, GET)
    expect(stdout).toMatch(/^Status: 500 Internal Server Error\r\n/)
    expect(stderr).toContain('no database')
  })
  test('waits for a reader that is slow, and ends when it leaves', async () => {
    const stdout = new PassThrough({ highWaterMark: 10 })
    let made = 0
    const app: Application = function* app(_, startResponse) {
      startResponse('200 OK', [['Content-Type', 'text/plain']])
      for (;;) {
        made++
        yield bytes('x'.repeat(100))
      }
    } as Application
    const ran = new CgiHandler({ stdin: Readable.from([]), stdout, env: GET }).run(app)
    stdout.once('readable', () => stdout.destroy())
    await ran
    expect(made).toBeLessThan(10)
  })
})

describe('as a program', () => {
  async function ran(
    env: Record<string, string>,
    input = '',
  ): Promise<Answered & { code: number }> {
    const child = spawn(process.execPath, [program], { env: { CASE: '0', ...env } })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('latin1')))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.stdin.write(input) // and it is never ended, as by some web servers
    const [code] = (await once(child, 'close')) as [number]
    return { code, stdout, stderr }
  }

  test('ends by itself, though its input does not', async () => {
    const answer = await ran({ ...GET, CONTENT_LENGTH: '3' }, 'abc')
    expect(answer).toMatchObject({ code: 0, stderr: '' })
    expect(answer.stdout).toMatch(/^Status: 200 OK\r\n/)
  })

  test('started by hand, it says what it is', async () => {
    const { code, stderr } = await ran({})
    expect(code).toBe(1)
    expect(stderr).toMatch(/^There is no request: REQUEST_METHOD is not set\. [^\n]*\n$/)
  })
})
