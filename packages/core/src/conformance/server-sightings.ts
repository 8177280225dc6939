/** What the applications under a server saw of it: each breach that the validator finds. */
import { isPromise } from '../chunks.ts'
import { GatewayError } from '../rules/gateway-error.ts'
import { rules } from '../rules/index.ts'
import type { Rule } from '../rules/rule.ts'
import type { Application, Body, Environ } from '../types.ts'

const environRules = rules.filter(({ at }) => at === 'environ') as unknown as Rule<'environ'>[]

export class ServerSightings {
  readonly #breaches = new Map<string, string>()
  #called = false
  #entered = false

  breachOf(rule: string): string | undefined {
    return this.#breaches.get(rule)
  }

  /** What a rule lacked to be seen; nothing if it could be. */
  missingFor({ at }: Rule): string | undefined {
    if (!this.#called) return 'the server never called an application'
    if (this.#entered || at === 'call' || at === 'environ') return undefined
    return 'the environ broke rules in each request, so that no application was run'
  }

  /** Stands within the validator: the request has come through. */
  within(app: Application): Application {
    return (...request) => {
      this.#entered = true
      return app(...request)
    }
  }

  /** Stands around the validator, and notes what it raises. */
  around(app: Application): Application {
    return (...request) => {
      this.#called = true
      this.#look(request[0])
      const body = this.#noting(() => app(...request))
      return isPromise(body) ? body.then((later) => this.#watchBody(later)) : this.#watchBody(body)
    }
  }

  /** Looks at all of an environ: the validator stops at the first breach. */
  #look(environ: Environ): void {
    for (const rule of environRules) {
      const found = lookAt(rule, environ)
      if (found !== undefined) this.#note(rule.id, found)
    }
  }

  #watchBody(body: Body): Body {
    const { close } = body
    body.close = () => this.#noting(() => close?.call(body))
    if (Array.isArray(body)) return body as Body
    return Object.assign(
      body,
      Symbol.asyncIterator in body
        ? { [Symbol.asyncIterator]: this.#watched(body[Symbol.asyncIterator].bind(body)) }
        : { [Symbol.iterator]: this.#watched(body[Symbol.iterator].bind(body)) },
    ) as Body
  }

  #watched<Chunks extends { next(): unknown; return?(): unknown }>(iterate: () => Chunks) {
    return () => {
      const chunks = iterate()
      return {
        next: () => this.#noting(() => chunks.next()),
        return: () => this.#noting(() => chunks.return?.()),
      }
    }
  }

  /** Calls, and notes what is raised, now or later, on its way. */
  #noting<Result>(act: () => Result): Result {
    try {
      const result = act()
      if (isPromise(result)) void result.then(undefined, this.#noteError)
      return result
    } catch (error) {
      this.#noteError(error)
      throw error
    }
  }

  readonly #noteError = (error: unknown): void => {
    if (error instanceof GatewayError) this.#note(error.rule, error.found)
  }

  #note(rule: string, found: string): void {
    if (!this.#breaches.has(rule)) this.#breaches.set(rule, found)
  }
}

/** A rule may lean on one before it: where that is broken, it cannot be looked at. */
function lookAt(rule: Rule<'environ'>, environ: Environ): string | undefined {
  try {
    return rule.check(environ)
  } catch (error) {
    return error instanceof TypeError ? undefined : String(error)
  }
}
