/** What the cases share: bytes, plain answers, and a way to tell a client what an application saw. */
import type { Application, Environ, HeaderList, StartResponse } from '../types.ts'
import type { ClientAnswer } from './case.ts'

const utf8 = new TextEncoder()

export const bytes = (text: string): Uint8Array => utf8.encode(text)

export const TEXT: readonly [string, string] = ['Content-Type', 'text/plain']

/** `200 OK` with a plain text’s head. */
export function ok(startResponse: StartResponse, ...more: HeaderList): void {
  startResponse('200 OK', [[...TEXT], ...more])
}

/** An application that answers JSON. */
export function answering(look: (environ: Environ) => unknown): Application {
  return async (environ, startResponse) => {
    const seen = JSON.stringify(await look(environ))
    startResponse('200 OK', [['Content-Type', 'application/json']])
    return [bytes(seen)]
  }
}

/** The value of the JSON that an application answered. */
export function jsonOf({ body }: ClientAnswer): unknown {
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(body, (char) => char.charCodeAt(0))))
}

/** Says how two values differ, as JSON; nothing if they do not. */
export function differs(what: string, got: unknown, wanted: unknown): string | undefined {
  const [had, want] = [JSON.stringify(got), JSON.stringify(wanted)]
  return had === want ? undefined : `${what} was ${had}, not ${want}`
}

/** A header of an answer, by its name in lower case. */
export function header({ headers }: ClientAnswer, name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1]
}

/**
 * Takes notes of what happens to an application, and tells them to a client that asks for `/seen`:
 * all of them, as soon as the one named in the query is among them.
 */
export class Witness {
  readonly #notes: string[] = []
  readonly #waiting = new Set<() => void>()

  readonly note = (text: string): void => {
    this.#notes.push(text)
    for (const wake of this.#waiting) wake()
  }

  /** The application, with `/seen` beside it. */
  beside(app: Application): Application {
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
    // Whatever follows the note at once belongs to it: a second close, say.
    await new Promise((resolve) => {
      setTimeout(resolve, 0)
    })
    ok(startResponse)
    return [bytes(this.#notes.join(' '))]
  }
}
