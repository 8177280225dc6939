/** Records the breaches of an application during a check, and which rules were exercised. */
import { callApplication } from '../driver.ts'
import { isBodyless, isSwitching } from '../grammar.ts'
import { GatewayError } from '../rules/gateway-error.ts'
import type {
  Application,
  ApplicationLike,
  ErrorStream,
  HeaderList,
  InputStream,
  StartResponse,
} from '../types.ts'

/** The events without which a rule cannot be checked, and the text for a missing one. */
const events = {
  started: 'startResponse was never called',
  length: 'no response had a Content-Length set by the application',
  counted: 'no complete response had a Content-Length set by the application',
  read: 'no method of wsgi.input was called',
  logged: 'nothing was written to wsgi.errors',
  answered: 'no body was returned',
  chunk: 'no chunk was sent',
  ended: 'no body reached its end',
  bodyless: 'no response was a 204 or 304',
  wrote: '`write` was never called',
  switched: 'no response was a 101',
  late: 'no error was reported to startResponse after the first bytes',
} as const

type EventName = keyof typeof events

/** The event that each APP rule needs. The other rules need a call of startResponse. */
const needs: Readonly<Record<string, EventName>> = {
  'APP-8': 'length',
  'APP-11': 'read',
  'APP-12': 'logged',
  'APP-13': 'answered',
  'APP-14': 'chunk',
  'APP-15': 'chunk',
  'APP-16': 'ended',
  'APP-17': 'counted',
  'APP-18': 'counted',
  'APP-19': 'bodyless',
  'APP-20': 'wrote',
  'APP-21': 'wrote',
  'APP-22': 'late',
  'APP-23': 'switched',
  'APP-24': 'switched',
}

export class ApplicationMonitor {
  readonly #events = new Set<EventName>()
  readonly #breaches = new Map<string, string>()
  /** The name of the current request. */
  request = ''

  record(event: EventName): void {
    this.#events.add(event)
  }

  /** Records that a response is complete. */
  recordEnd(method: string, status: string): void {
    this.record('answered')
    this.record('ended')
    if (this.#hasLength && method !== 'HEAD' && !isBodyless(status)) this.record('counted')
  }

  /** Returns the first breach of a rule, if any. */
  breachOf(rule: string): string | undefined {
    return this.#breaches.get(rule)
  }

  /** Describes why a rule could not be checked. Returns `undefined` if it was. */
  missingFor(rule: string): string | undefined {
    const event = needs[rule] ?? 'started'
    return this.#events.has(event) ? undefined : events[event]
  }

  /** Records an error if it is a breach of an APP rule. Returns whether it is. */
  recordError(error: unknown): boolean {
    if (!(error instanceof GatewayError) || !error.rule.startsWith('APP-')) return false
    if (!this.#breaches.has(error.rule))
      this.#breaches.set(error.rule, `${this.request}: ${error.found}`)
    return true
  }

  /** Returns the application with monitoring, which also records the errors that the application catches itself. */
  around(app: ApplicationLike): Application {
    return (environ, startResponse) => {
      this.#hasLength = false
      environ['wsgi.input'] = this.#input(environ['wsgi.input'])
      environ['wsgi.errors'] = this.#errors(environ['wsgi.errors'])
      return callApplication(app, environ, this.#startResponse(startResponse))
    }
  }

  /** Whether the current response has a `Content-Length`. */
  #hasLength = false

  #startResponse(server: StartResponse): StartResponse {
    return (...args) => {
      this.record('started')
      try {
        const write = server(...args)
        this.#recordHead(args[0], args[1])
        return (chunk) => {
          this.record('wrote')
          return this.#recording(() => write(chunk))
        }
      } catch (error) {
        if (error === args[2]) this.record('late')
        this.recordError(error)
        throw error
      }
    }
  }

  #recordHead(status: string, headers: HeaderList): void {
    if (isBodyless(status)) this.record('bodyless')
    if (isSwitching(status)) this.record('switched')
    this.#hasLength = headers.some(([name]) => name.toLowerCase() === 'content-length')
    if (this.#hasLength) this.record('length')
  }

  /** Calls `write` and records a breach. A breach after the end of the response (APP-20) is not thrown, because nothing could catch it. */
  #recording(write: () => void | Promise<void>): void | Promise<void> {
    try {
      return write()
    } catch (error) {
      if (this.recordError(error) && error instanceof GatewayError && error.rule === 'APP-20')
        return undefined
      throw error
    }
  }

  #input(input: InputStream): InputStream {
    const monitored =
      (method: 'read' | 'readline' | 'readlines') =>
      async (...args: [size?: number]): Promise<never> => {
        this.record('read')
        try {
          return (await input[method](...args)) as never
        } catch (error) {
          this.recordError(error)
          throw error
        }
      }
    return {
      read: monitored('read'),
      readline: monitored('readline'),
      readlines: monitored('readlines'),
      [Symbol.asyncIterator]: () => input[Symbol.asyncIterator](),
    }
  }

  #errors(errors: ErrorStream): ErrorStream {
    const monitored =
      <Value>(write: (value: Value) => void) =>
      (value: Value): void => {
        this.record('logged')
        try {
          write(value)
        } catch (error) {
          this.recordError(error)
          throw error
        }
      }
    return {
      write: monitored((text: string) => errors.write(text)),
      writelines: monitored((lines: Iterable<string>) => errors.writelines(lines)),
      flush: () => errors.flush(),
    }
  }
}
