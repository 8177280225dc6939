/**
 * What an app puts into every URL and takes out of every path: a language code, an account's name.
 */
import type { RequestContext } from '../context/context.ts'
import { andThen, type Maybe } from '../helpers/promises.ts'
import type { UrlValues } from '../routing/url.ts'

/** Adds to the values of a URL that is about to be built. */
export type UrlDefaults = (endpoint: string, values: Record<string, unknown>) => void

/** Changes the values that came out of a path. Neither endpoint nor values are there if no rule was found. */
export type UrlValuePreprocessor = (
  endpoint: string | undefined,
  values: Record<string, unknown>,
  context: RequestContext,
) => Maybe<void>

/**
 * The hooks of an app and, by name, of its blueprints. The app's run first, then those of the
 * blueprints that an endpoint is in, the outermost first: for `admin.users.list`, `admin`'s and `admin.users`'s.
 *
 * ```ts
 * app.urlHooks.adopt('admin', blueprint.urlHooks)
 * ```
 */
export class UrlHooks {
  readonly defaults: UrlDefaults[] = []
  readonly preprocessors: UrlValuePreprocessor[] = []
  readonly #named = new Map<string, UrlHooks[]>()

  /** Whether it has hooks of its own. */
  get hasAny(): boolean {
    return this.defaults.length > 0 || this.preprocessors.length > 0
  }

  /** Whether there is nothing to run. */
  get isIdle(): boolean {
    return this.#named.size === 0 && this.defaults.length === 0 && this.preprocessors.length === 0
  }

  /** Runs another's hooks for the endpoints of a blueprint. */
  adopt(blueprint: string, hooks: UrlHooks): void {
    this.#named.set(blueprint, [...(this.#named.get(blueprint) ?? []), hooks])
  }

  /** The values to build a URL from: those given, and what the hooks add. */
  inject(endpoint: string, given: UrlValues): UrlValues {
    if (this.isIdle) return given
    const values = { ...given }
    for (const { defaults } of this.#of(endpoint)) {
      for (const hook of defaults) hook(endpoint, values)
    }
    return values
  }

  /** Lets the hooks see the values that a request's path held. */
  preprocess(context: RequestContext): Maybe<void> {
    const { endpoint, viewArgs } = context.request
    return this.#of(endpoint ?? '')
      .flatMap(({ preprocessors }) => preprocessors)
      .reduce<Maybe<void>>(
        (last, hook) =>
          andThen(last, () => hook(endpoint, viewArgs as Record<string, unknown>, context)),
        undefined,
      )
  }

  #of(endpoint: string): UrlHooks[] {
    const parts = endpoint.split('.').slice(0, -1)
    const names = parts.map((_, index) => parts.slice(0, index + 1).join('.'))
    return [this, ...names.flatMap((name) => this.#named.get(name) ?? [])]
  }
}
