/** A response head that is held until it is decided whether to compress the body. */
import { Headers, type HeaderList, type StartResponse, type Write } from '@phial/core'

/**
 * Replaces `startResponse` for an application, and holds its arguments until `pass`. If the application calls `write` or
 * calls `startResponse` again, the head is passed on immediately.
 */
export class HeldHead {
  readonly #outer: StartResponse
  #held: Parameters<StartResponse> | undefined
  #isPassed = false
  /** Whether bytes of the body were read, so that the application can no longer replace the head. */
  hasBegun = false
  /** Whether the application replaced the head after it was passed on. */
  isReplaced = false
  #write: Write | undefined

  constructor(outer: StartResponse) {
    this.#outer = outer
  }

  readonly startResponse: StartResponse = (...args) => {
    const [, , excInfo] = args
    const isAgain = this.#held !== undefined && (excInfo === undefined || excInfo === null)
    if (this.hasBegun && excInfo !== undefined && excInfo !== null) throw excInfo
    if (this.#isPassed || isAgain) {
      this.pass()
      this.isReplaced = true
      return this.#outer(...args)
    }
    this.#held = args
    return (chunk) => this.pass()?.(chunk)
  }

  /** The held head with a mutable list of headers; `undefined` if there is none, or if it was passed on. */
  get head(): { readonly status: string; readonly headers: Headers } | undefined {
    if (this.#held === undefined || !isPairs(this.#held[1])) return undefined
    const [status, list, ...excInfo] = this.#held
    const copy: HeaderList = [...list]
    this.#held = [status, copy, ...excInfo]
    return { status, headers: new Headers(copy) }
  }

  /** Passes on the held head and all later calls. Returns the `write` of the server. */
  pass(): Write | undefined {
    this.#isPassed = true
    const held = this.#held
    this.#held = undefined
    if (held !== undefined) this.#write = this.#outer(...held)
    return this.#write
  }
}

/** Other values are passed on for the server to reject. */
function isPairs(list: unknown): list is HeaderList {
  return Array.isArray(list) && list.every((pair) => Array.isArray(pair) && pair.length === 2)
}
