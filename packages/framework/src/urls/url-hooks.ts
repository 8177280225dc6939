/**
 * Hooks that add values to every URL and read them from every path, such as a language code or an account name.
 */
import type { RequestContext } from '../context/context.ts'
import { andThen, type Maybe } from '../helpers/promises.ts'
import type { UrlValues } from '../routing/url.ts'

/** Adds values before a URL is built. Flask's `url_defaults`. */
export type UrlDefaults = (endpoint: string, values: Record<string, unknown>) => void

/**
 * Changes the values from a path. If no rule matched, `endpoint` is `undefined` and `values` is empty. Flask's
 * `url_value_preprocessor`.
 */
export type UrlValuePreprocessor = (
  endpoint: string | undefined,
  values: Record<string, unknown>,
  context: RequestContext,
) => Maybe<void>

/**
 * The hooks of an app and of its blueprints, by name. The app's hooks run first, then those of the blueprints that contain
 * the endpoint, outermost first: for `admin.users.list`, those of `admin`, then those of `admin.users`.
 *
 * ```ts
 * app.urlHooks.adopt('admin', blueprint.urlHooks)
 * ```
 */
export class UrlHooks {
  readonly defaults: UrlDefaults[] = []
  readonly preprocessors: UrlValuePreprocessor[] = []
  readonly #named = new Map<string, UrlHooks[]>()

  /** Whether it has hooks, not counting those of blueprints. */
  get hasAny(): boolean {
    return this.defaults.length > 0 || this.preprocessors.length > 0
  }

  /** Whether there are no hooks at all. */
  get isIdle(): boolean {
    return this.#named.size === 0 && this.defaults.length === 0 && this.preprocessors.length === 0
  }

  /** Adds the hooks of a blueprint. */
  adopt(blueprint: string, hooks: UrlHooks): void {
    this.#named.set(blueprint, [...(this.#named.get(blueprint) ?? []), hooks])
  }

  /** Returns the values for a URL: the given ones, changed by the hooks. */
  inject(endpoint: string, given: UrlValues): UrlValues {
    if (this.isIdle) return given
    const values = { ...given }
    for (const { defaults } of this.#of(endpoint)) {
      for (const hook of defaults) hook(endpoint, values)
    }
    return values
  }

  /** Runs the hooks for the values from the path of a request. */
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
