/** Runs an application through the driver, with a writer that records its calls. */
import {
  run,
  setupTestingDefaults,
  type ApplicationLike,
  type Environ,
  type HeaderList,
  type StartResponse,
  type ResponseWriter,
} from '@phial/core'
import { textOf } from './bytes.ts'

export type TransportCall =
  | readonly ['writeHead', status: string, headers: HeaderList]
  | readonly ['flushHeaders']
  | readonly ['write', text: string]
  | readonly ['end', text?: string]
  | readonly ['destroy', error: unknown]

/** Records the calls of the driver, in order. */
export class RecordingTransport implements ResponseWriter {
  readonly calls: TransportCall[] = []
  readonly signal: AbortSignal | undefined
  readonly #room: (text: string) => void | Promise<void>

  constructor({ signal, room = () => undefined }: DriveOptions = {}) {
    this.signal = signal
    this.#room = room
  }

  writeHead(status: string, headers: HeaderList): void {
    this.calls.push(['writeHead', status, headers])
  }

  flushHeaders(): void {
    this.calls.push(['flushHeaders'])
  }

  write(chunk: Uint8Array): void | Promise<void> {
    this.calls.push(['write', textOf(chunk)])
    return this.#room(textOf(chunk))
  }

  end(chunk?: Uint8Array): void {
    this.calls.push(chunk === undefined ? ['end'] : ['end', textOf(chunk)])
  }

  destroy(error: unknown): void {
    this.calls.push(['destroy', error])
  }
}

export interface DriveOptions {
  readonly method?: string
  readonly environ?: Readonly<Record<string, unknown>>
  readonly signal?: AbortSignal
  /** Returns the result of `write`: a promise applies back-pressure. */
  readonly room?: (text: string) => void | Promise<void>
}

export interface Driven {
  readonly calls: readonly TransportCall[]
  /** The arguments of `onError`. */
  readonly errors: readonly unknown[]
  /** The result of `run`. */
  readonly done: void | Promise<void>
}

export function drive(app: ApplicationLike, options: DriveOptions = {}): Driven {
  const errors: unknown[] = []
  const transport = new RecordingTransport(options)
  const done = run(app, testEnviron(options), transport, (error) => errors.push(error))
  return { calls: transport.calls, errors, done }
}

/** Calls `drive` and waits until the response is over. */
export async function driveToEnd(app: ApplicationLike, options?: DriveOptions): Promise<Driven> {
  const driven = drive(app, options)
  await driven.done
  return driven
}

export function testEnviron({ method = 'GET', environ = {} }: DriveOptions = {}): Environ {
  return setupTestingDefaults({ REQUEST_METHOD: method, ...environ })
}

/** Calls `startResponse` with `200 OK` and `text/plain`. */
export function ok(startResponse: StartResponse, ...more: HeaderList): void {
  startResponse('200 OK', [['Content-Type', 'text/plain'], ...more])
}

/** The response to an application that failed before its first bytes. */
export const SERVER_ERROR: readonly TransportCall[] = [
  [
    'writeHead',
    '500 Internal Server Error',
    [
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['Content-Length', '22'],
    ],
  ],
  ['end', 'Internal Server Error\n'],
]
