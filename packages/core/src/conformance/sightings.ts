/** What was seen of an application while it was asked: each breach, and which rules had an occasion. */
import { callApplication } from '../application.ts'
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

/** Something that has to happen before a rule can be kept or broken, and how its absence is told. */
const occasions = {
  started: 'startResponse was never called',
  length: 'no answer had a Content-Length of the application’s own',
  counted: 'no whole answer had a Content-Length of the application’s own',
  read: 'no method of wsgi.input was called',
  logged: 'nothing was written to wsgi.errors',
  answered: 'no body was returned',
  chunk: 'no bytes came',
  ended: 'no body came to its end',
  bodyless: 'no answer was a 204 or a 304',
  wrote: '`write` was never called',
  switched: 'no answer was a 101',
  late: 'no error was reported to startResponse after the first bytes',
} as const

type Occasion = keyof typeof occasions

/** By rule of APP, the occasion that it needs; startResponse’s call is that of all others. */
const needs: Readonly<Record<string, Occasion>> = {
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

export class Sightings {
  readonly #seen = new Set<Occasion>()
  readonly #breaches = new Map<string, string>()
  /** What is being asked. */
  question = ''

  see(occasion: Occasion): void {
    this.#seen.add(occasion)
  }

  /** An answer has come to its end. */
  seeEnd(method: string, status: string): void {
    this.see('answered')
    this.see('ended')
    if (this.#hasLength && method !== 'HEAD' && !isBodyless(status)) this.see('counted')
  }

  /** What was first seen against a rule. */
  breachOf(rule: string): string | undefined {
    return this.#breaches.get(rule)
  }

  /** What a rule lacked to be seen; nothing if it could be. */
  missingFor(rule: string): string | undefined {
    const occasion = needs[rule] ?? 'started'
    return this.#seen.has(occasion) ? undefined : occasions[occasion]
  }

  /** Notes an error, if it is a breach of the application’s rules. */
  noteError(error: unknown): boolean {
    if (!(error instanceof GatewayError) || !error.rule.startsWith('APP-')) return false
    if (!this.#breaches.has(error.rule))
      this.#breaches.set(error.rule, `${this.question}: ${error.found}`)
    return true
  }

  /** The application, with an eye on what it does: also on what it catches itself. */
  around(app: ApplicationLike): Application {
    return (environ, startResponse) => {
      this.#hasLength = false
      environ['wsgi.input'] = this.#input(environ['wsgi.input'])
      environ['wsgi.errors'] = this.#errors(environ['wsgi.errors'])
      return callApplication(app, environ, this.#startResponse(startResponse))
    }
  }

  /** Whether the answer under way says its length. */
  #hasLength = false

  #startResponse(server: StartResponse): StartResponse {
    return (...args) => {
      this.see('started')
      try {
        const write = server(...args)
        this.#seeHead(args[0], args[1])
        return (chunk) => {
          this.see('wrote')
          return this.#noting(() => write(chunk))
        }
      } catch (error) {
        if (error === args[2]) this.see('late')
        this.noteError(error)
        throw error
      }
    }
  }

  #seeHead(status: string, headers: HeaderList): void {
    if (isBodyless(status)) this.see('bodyless')
    if (isSwitching(status)) this.see('switched')
    this.#hasLength = headers.some(([name]) => name.toLowerCase() === 'content-length')
    if (this.#hasLength) this.see('length')
  }

  /** Calls, and notes a breach. What comes after the end has nobody who could catch it, and is not raised. */
  #noting(write: () => void | Promise<void>): void | Promise<void> {
    try {
      return write()
    } catch (error) {
      if (this.noteError(error) && error instanceof GatewayError && error.rule === 'APP-20')
        return undefined
      throw error
    }
  }

  #input(input: InputStream): InputStream {
    const watched =
      (method: 'read' | 'readline' | 'readlines') =>
      async (...args: [size?: number]): Promise<never> => {
        this.see('read')
        try {
          return (await input[method](...args)) as never
        } catch (error) {
          this.noteError(error)
          throw error
        }
      }
    return {
      read: watched('read'),
      readline: watched('readline'),
      readlines: watched('readlines'),
      [Symbol.asyncIterator]: () => input[Symbol.asyncIterator](),
    }
  }

  #errors(errors: ErrorStream): ErrorStream {
    const watched =
      <Value>(write: (value: Value) => void) =>
      (value: Value): void => {
        this.see('logged')
        try {
          write(value)
        } catch (error) {
          this.noteError(error)
          throw error
        }
      }
    return {
      write: watched((text: string) => errors.write(text)),
      writelines: watched((lines: Iterable<string>) => errors.writelines(lines)),
      flush: () => errors.flush(),
    }
  }
}
