/** CGI: under a real web server, as a process, and on in-memory streams. */
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

const RESTARTED =
  'a CGI program is started for each request, so a second request cannot report on the first'
/** The cases that CGI cannot pass, each with the reason. */
const excused: Readonly<Record<string, string>> = {
  'keeps invalid escapes in the path': 'nginx refuses such a path before it starts a program',
  'joins repeated headers with commas, and cookies with semicolons':
    'fcgiwrap keeps the last of them',
  'rejects a read if the body is cut off': RESTARTED,
  'fires phial.signal when the client disconnects': RESTARTED,
  'sends a chunk before it requests the next one':
    'fcgiwrap sends a response only when its buffer is full or the program ends',
  'sends the head when write is called with an empty chunk':
    'fcgiwrap sends a response only when its buffer is full or the program ends',
  'aborts a response that fails after an empty write has sent its head':
    'CGI cannot signal that a response without a declared length is incomplete',
  'rethrows excInfo after the first bytes, and aborts the response':
    'CGI cannot signal that a response without a declared length is incomplete',
  'closes the generator of a response to HEAD': RESTARTED,
  'closes a body after its end': RESTARTED,
  'closes a body that throws': RESTARTED,
  'closes a body if the client disconnects while a chunk is pending': RESTARTED,
  'ends a generator if the client disconnects': RESTARTED,
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
  test('each exclusion is needed', async () => {
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

/** Runs an application with the given environment and input. */
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

  test('contains the variables of the web server, and runOnce is set', async () => {
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

  test('has defaults for missing variables', async () => {
    expect(await seen({ SCRIPT_NAME: '/' })).toMatchObject({
      SCRIPT_NAME: '',
      SERVER_NAME: 'localhost',
      SERVER_PORT: '80',
      RAW_URI: '//a',
    })
  })

  test('does not contain HTTP_PROXY, nor the type and length as HTTP_ headers', async () => {
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
  test('ends at CONTENT_LENGTH', async () => {
    const { stdout } = await cgi(
      echo,
      { ...post, CONTENT_LENGTH: '3' },
      Readable.from([bytes('abcdef')]),
    )
    expect(stdout).toContain('POST /a 3\n')
  })
  test('of a chunked request ends with the input', async () => {
    const env = { ...post, HTTP_TRANSFER_ENCODING: 'chunked' }
    expect((await cgi(echo, env, Readable.from([bytes('ab'), bytes('c')]))).stdout).toContain(
      '/a 3\n',
    )
  })
  test('that is truncated throws an error', async () => {
    const { stdout, stderr } = await cgi(
      echo,
      { ...post, CONTENT_LENGTH: '9' },
      Readable.from([bytes('abc')]),
    )
    expect(stdout).toMatch(/^Status: 500 /)
    expect(stderr).toContain('The client disconnected')
  })
})

describe('the response (§6)', () => {
  test('starts with a Status header', async () => {
    const { stdout } = await cgi(echo, GET)
    expect(stdout).toBe(
      'Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nGET /a 0\n',
    )
  })
  test('is a 500 if the application throws, and the error is on standard error', async () => {
    const { stdout, stderr } = await cgi(() => {
      throw new Error('no database')
    }, GET)
    expect(stdout).toMatch(/^Status: 500 Internal Server Error\r\n/)
    expect(stderr).toContain('no database')
  })
  test('waits for a slow reader, and ends when the reader exits', async () => {
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
    child.stdin.write(input) // without an end, like some web servers
    const [code] = (await once(child, 'close')) as [number]
    return { code, stdout, stderr }
  }

  test('exits even if its input does not end', async () => {
    const answer = await ran({ ...GET, CONTENT_LENGTH: '3' }, 'abc')
    expect(answer).toMatchObject({ code: 0, stderr: '' })
    expect(answer.stdout).toMatch(/^Status: 200 OK\r\n/)
  })

  test('prints an error and exits with 1 if it is not started by a web server', async () => {
    const { code, stderr } = await ran({})
    expect(code).toBe(1)
    expect(stderr).toMatch(/^Expected a CGI request, but REQUEST_METHOD is not set\. [^\n]*\n$/)
  })
})
