/** Helpers for the cases: bytes, plain responses, and a way to report to a client what an application observed. */
import type { Application, Environ, HeaderList, StartResponse } from '../types.ts'
import type { ClientAnswer } from './case.ts'

const utf8 = new TextEncoder()

export const bytes = (text: string): Uint8Array => utf8.encode(text)

export const TEXT: readonly [string, string] = ['Content-Type', 'text/plain']

/** Calls `startResponse` with `200 OK` and `text/plain`. */
export function ok(startResponse: StartResponse, ...more: HeaderList): void {
  startResponse('200 OK', [[...TEXT], ...more])
}

/** Returns an application that responds with a value as JSON. */
export function answering(look: (environ: Environ) => unknown): Application {
  return async (environ, startResponse) => {
    const seen = JSON.stringify(await look(environ))
    startResponse('200 OK', [['Content-Type', 'application/json']])
    return [bytes(seen)]
  }
}

/** Parses the body of a response as JSON. */
export function jsonOf({ body }: ClientAnswer): unknown {
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(body, (char) => char.charCodeAt(0))))
}

/** Describes the difference between two values, compared as JSON. Returns `undefined` if they are equal. */
export function differs(what: string, got: unknown, wanted: unknown): string | undefined {
  const [had, want] = [JSON.stringify(got), JSON.stringify(wanted)]
  return had === want ? undefined : `expected ${what} to be ${want}, received ${had}`
}

/** Returns a header of a response. `name` must be in lower case. */
export function header({ headers }: ClientAnswer, name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1]
}

/**
 * Records events of an application. A request for `/seen?NAME` waits for the event with that name, and responds with all
 * events.
 */
export class Witness {
  readonly #notes: string[] = []
  readonly #waiting = new Set<() => void>()

  readonly note = (text: string): void => {
    this.#notes.push(text)
    for (const wake of this.#waiting) wake()
  }

  /** Returns the application with an additional path, `/seen`. */
  watch(app: Application): Application {
    return (environ, startResponse) =>
      environ.PATH_INFO === '/seen'
        ? this.#seen(environ.QUERY_STRING, startResponse)
        : app(environ, startResponse)
  }

  async #seen(awaited: string, startResponse: StartResponse): Promise<Uint8Array[]> {
    while (!this.#notes.includes(awaited)) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
      this.#waiting.clear()
    }
    // An event that follows immediately, such as a second close, is included.
    await new Promise((resolve) => {
      setTimeout(resolve, 0)
    })
    ok(startResponse)
    return [bytes(this.#notes.join(' '))]
  }
}
