/**
 * CGI/1.1 (RFC 3875). The web server starts a program for each request, passes the request in the environment, and reads
 * the response from standard output. The counterpart of wsgiref.handlers.CGIHandler.
 */
import { readFileSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { emptyInput, errorStream, guessScheme, inputStream, makeEnviron } from '@phial/core'
import { quotePath, run, textToWsgi } from '@phial/core'
import type { ApplicationLike, Environ, HeaderList, InputStream, ResponseWriter } from '@phial/core'
import { exitCodes } from './errors.ts'

/** The streams and environment of the handler. Default: those of the process. */
export interface CgiStreams {
  readonly stdin?: Readable
  readonly stdout?: Writable
  readonly stderr?: Writable
  /** The environment. Each character is one byte, as in `environ`. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/**
 * Runs an application for the one request that this process was started for.
 *
 * ```ts
 * #!/usr/bin/env node
 * import { CgiHandler } from '@phial/server'
 * import { app } from './app.js'
 *
 * await new CgiHandler().run(app)
 * ```
 */
export class CgiHandler {
  readonly #streams: Required<CgiStreams>

  constructor({ stdin, stdout, stderr, env }: CgiStreams = {}) {
    this.#streams = {
      stdin: stdin ?? process.stdin,
      stdout: stdout ?? process.stdout,
      stderr: stderr ?? process.stderr,
      env: env ?? processEnvironment(),
    }
  }

  /** Resolves when the response has been sent. If the process was not started by a web server, writes an error and sets the exit code. */
  async run(app: ApplicationLike): Promise<void> {
    const { stdin, stdout, stderr, env } = this.#streams
    if (env['REQUEST_METHOD'] === undefined) {
      stderr.write(NO_REQUEST)
      process.exitCode = exitCodes.configuration
      return
    }
    const answer = new CgiResponse(stdout)
    await run(app, cgiEnviron(this.#streams, answer), answer)
    await answer.flushed()
    stdin.destroy() // an unread body would keep the process running
  }
}

const NO_REQUEST =
  'Expected a CGI request, but REQUEST_METHOD is not set. A web server must start this program; to try it without one, set REQUEST_METHOD=GET and PATH_INFO=/.\n'

type Variables = Readonly<Record<string, string | undefined>>

/** Returns the environment as bytes. Only Linux provides them; elsewhere Node decodes the text, which may lose bytes that are not UTF-8. */
function processEnvironment(): Variables {
  try {
    const entries = readFileSync('/proc/self/environ', 'latin1').split('\0')
    return Object.fromEntries(entries.map((entry) => entry.split(/=(.*)/s, 2) as [string, string]))
  } catch {
    const entries = Object.entries(process.env)
    return Object.fromEntries(entries.map(([name, value = '']) => [name, textToWsgi(value)]))
  }
}

/** Creates the environ from the variables of RFC 3875 §4.1 and all other variables. */
function cgiEnviron(streams: Required<CgiStreams>, answer: CgiResponse): Environ {
  const { env, stderr } = streams
  const { REQUEST_METHOD: method = '', SCRIPT_NAME = '', PATH_INFO = '', QUERY_STRING = '' } = env
  const head = {
    method,
    target: env['REQUEST_URI'] ?? rawTarget(SCRIPT_NAME + PATH_INFO, QUERY_STRING),
    protocol: env['SERVER_PROTOCOL'] ?? 'HTTP/1.0',
    headers: headersOf(env),
    scheme: guessScheme(env),
    serverName: env['SERVER_NAME'] || 'localhost',
    serverPort: env['SERVER_PORT'] || '80',
    remoteAddr: env['REMOTE_ADDR'] ?? '',
    remotePort: env['REMOTE_PORT'] ?? '',
    input: inputOf(streams),
    errors: errorStream((text) => void stderr.write(text)),
    multiprocess: true,
    runOnce: true,
    signal: answer.signal,
  }
  const environ = makeEnviron(head)
  Object.assign(environ, { SCRIPT_NAME: SCRIPT_NAME.replace(/\/$/, ''), PATH_INFO, QUERY_STRING })
  environ['wsgi.multithread'] = false
  for (const [name, value] of Object.entries(env)) {
    if (!/^(?:HTTP|CONTENT)_/.test(name) && !Object.hasOwn(environ, name)) environ[name] = value
  }
  return environ
}

function rawTarget(path: string, query: string): string {
  return quotePath(path) + (query === '' ? '' : `?${query}`)
}

/** Yields the request headers. Skips the body's type and length with the prefix `HTTP_`, which some servers add. */
function* headersOf(env: Variables): Iterable<[name: string, value: string]> {
  for (const [key, value = ''] of Object.entries(env)) {
    const name = /^(?:HTTP_(?!CONTENT_(?:TYPE|LENGTH)$)(.+)|(CONTENT_(?:TYPE|LENGTH)))$/.exec(key)
    const field = name?.[1] ?? name?.[2]
    if (field !== undefined && (name?.[1] !== undefined || value !== '')) {
      yield [field.replaceAll('_', '-'), value]
    }
  }
}

/** Returns the request body. It is empty without a declared length (§4.2), except if it is chunked: it then ends with the input. */
function inputOf({ env, stdin }: Required<CgiStreams>): InputStream {
  const length = Number(env['CONTENT_LENGTH'] ?? '')
  if (length > 0) return inputStream(upTo(length, stdin))
  return env['HTTP_TRANSFER_ENCODING'] === undefined ? emptyInput() : inputStream(stdin)
}

async function* upTo(length: number, stdin: Readable): AsyncGenerator<Uint8Array> {
  let left = length
  for await (const chunk of stdin as AsyncIterable<Uint8Array>) {
    yield chunk.subarray(0, left)
    left -= chunk.byteLength
    if (left <= 0) return
  }
  throw new DOMException('The client disconnected before its request was complete.', 'AbortError')
}

/** A response according to RFC 3875 §6: the status is a header, and the server does the framing. */
class CgiResponse implements ResponseWriter {
  readonly #stdout: Writable
  readonly #gone = new AbortController()

  constructor(stdout: Writable) {
    this.#stdout = stdout
    stdout.on('error', () => this.#gone.abort()).on('close', () => this.#gone.abort())
  }

  get signal(): AbortSignal {
    return this.#gone.signal
  }

  writeHead(status: string, headers: HeaderList): void {
    const lines = [`Status: ${status}`, ...headers.map(([name, value]) => `${name}: ${value}`)]
    this.#stdout.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  }

  /** Writes a copy of the chunk, because the application may reuse its buffer. */
  write(chunk: Uint8Array): void | Promise<void> {
    if (this.signal.aborted) return undefined
    return this.#stdout.write(Buffer.from(chunk)) ? undefined : this.flushed()
  }

  end(chunk?: Uint8Array): void | Promise<void> {
    return chunk && this.write(chunk)
  }

  /** Sets the exit code for logs. CGI cannot signal an incomplete response without a declared length. */
  destroy(): void {
    process.exitCode = 1
  }

  /** Resolves when all data has been written, or the reader has exited. */
  flushed(): Promise<void> {
    return new Promise((resolve) => {
      this.signal.addEventListener('abort', () => resolve())
      this.#stdout.write('', () => resolve())
    })
  }
}
