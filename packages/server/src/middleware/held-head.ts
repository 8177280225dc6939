/** A head that waits until it is known what becomes of the body. */
import { Headers, type HeaderList, type StartResponse, type Write } from '@phial/core'

/**
 * Stands for `startResponse` towards an application, and keeps what it is told until `pass`. What the
 * application writes ahead of its body, or says a second time, passes the head on at once.
 */
export class HeldHead {
  readonly #outer: StartResponse
  #held: Parameters<StartResponse> | undefined
  #isPassed = false
  /** Whether bytes of the body were taken, so that for the application it is too late for another head. */
  isBegun = false
  /** Whether the application gave another head after this one was passed on. */
  isReplaced = false
  #write: Write | undefined

  constructor(outer: StartResponse) {
    this.#outer = outer
  }

  readonly startResponse: StartResponse = (...args) => {
    const [, , excInfo] = args
    const isAgain = this.#held !== undefined && (excInfo === undefined || excInfo === null)
    if (this.isBegun && excInfo !== undefined && excInfo !== null) throw excInfo
    if (this.#isPassed || isAgain) {
      this.pass()
      this.isReplaced = true
      return this.#outer(...args)
    }
    this.#held = args
    return (chunk) => this.pass()?.(chunk)
  }

  /** What is held, with a list of headers that may be changed; nothing if nothing was said, or all was passed on. */
  get head(): { readonly status: string; readonly headers: Headers } | undefined {
    if (this.#held === undefined || !isPairs(this.#held[1])) return undefined
    const [status, list, ...excInfo] = this.#held
    const copy: HeaderList = [...list]
    this.#held = [status, copy, ...excInfo]
    return { status, headers: new Headers(copy) }
  }

  /** Passes on what is held, and from now on whatever comes. Gives the `write` of the server. */
  pass(): Write | undefined {
    this.#isPassed = true
    const held = this.#held
    this.#held = undefined
    if (held !== undefined) this.#write = this.#outer(...held)
    return this.#write
  }
}

/** Anything else is for the server to refuse, in its own words. */
function isPairs(list: unknown): list is HeaderList {
  return Array.isArray(list) && list.every((pair) => Array.isArray(pair) && pair.length === 2)
}
