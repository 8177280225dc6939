/** Records the breaches of a server that the validator finds in the applications that it runs. */
import { isPromise } from '../chunks.ts'
import { GatewayError } from '../rules/gateway-error.ts'
import { rules } from '../rules/index.ts'
import type { Rule } from '../rules/rule.ts'
import type { Application, Body, Environ } from '../types.ts'

const environRules = rules.filter(({ at }) => at === 'environ') as unknown as Rule<'environ'>[]

export class ServerMonitor {
  readonly #breaches = new Map<string, string>()
  #called = false
  #entered = false

  breachOf(rule: string): string | undefined {
    return this.#breaches.get(rule)
  }

  /** Describes why a rule could not be checked. Returns `undefined` if it was. */
  missingFor({ at }: Rule): string | undefined {
    if (!this.#called) return 'the server never called an application'
    if (this.#entered || at === 'call' || at === 'environ') return undefined
    return 'every environ broke a rule, so no application was run'
  }

  /** Wraps an application inside the validator, and records that a request has reached it. */
  within(app: Application): Application {
    return (...request) => {
      this.#entered = true
      return app(...request)
    }
  }

  /** Wraps the validator, and records the errors that it throws. */
  around(app: Application): Application {
    return (...request) => {
      this.#called = true
      this.#checkEnviron(request[0])
      const body = this.#recording(() => app(...request))
      return isPromise(body) ? body.then((later) => this.#watchBody(later)) : this.#watchBody(body)
    }
  }

  /** Checks all rules of an environ, because the validator stops at the first breach. */
  #checkEnviron(environ: Environ): void {
    for (const rule of environRules) {
      const found = check(rule, environ)
      if (found !== undefined) this.#record(rule.id, found)
    }
  }

  #watchBody(body: Body): Body {
    const { close } = body
    body.close = () => this.#recording(() => close?.call(body))
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
        next: () => this.#recording(() => chunks.next()),
        return: () => this.#recording(() => chunks.return?.()),
      }
    }
  }

  /** Calls a function and records its error or rejection, which is passed on. */
  #recording<Result>(act: () => Result): Result {
    try {
      const result = act()
      if (isPromise(result)) void result.then(undefined, this.#recordError)
      return result
    } catch (error) {
      this.#recordError(error)
      throw error
    }
  }

  readonly #recordError = (error: unknown): void => {
    if (error instanceof GatewayError) this.#record(error.rule, error.found)
  }

  #record(rule: string, found: string): void {
    if (!this.#breaches.has(rule)) this.#breaches.set(rule, found)
  }
}

/** Checks a rule. A `TypeError` means that the rule depends on an earlier one that is broken, so it cannot be checked. */
function check(rule: Rule<'environ'>, environ: Environ): string | undefined {
  try {
    return rule.check(environ)
  } catch (error) {
    return error instanceof TypeError ? undefined : String(error)
  }
}
