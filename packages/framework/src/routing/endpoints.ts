/** Endpoints: the names of routes for `urlFor`. */
import { withCode } from '@phial/core'

/**
 * Returns the default endpoint of a route: the name of its view, or else the words of its pattern. `/` is `index`,
 * `/posts/:id` is `posts`, `/sign-up/done` is `signUpDone`.
 */
export function endpointOf(pattern: string, view: { readonly name: string }): string {
  const name = view.name.replace(/^bound /, '')
  return name === '' ? wordsOf(pattern) : name
}

function wordsOf(pattern: string): string {
  const words = pattern
    .replaceAll(/[:*](?:"[^"]*"|[\w$]+)/g, ' ')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
  const [first = 'index', ...rest] = words
  return first + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

/** The views with an explicit endpoint or a function name. Each name belongs to one view. */
export class NamedViews {
  readonly #views = new Map<string, unknown>()

  /** Reserves a name for a view. Throws an `Error` if it belongs to another view. */
  claim(endpoint: string, pattern: string, view: (...args: never[]) => unknown): void {
    const present = this.#views.get(endpoint)
    if (present !== undefined && present !== view) {
      throw withCode(
        'ERR_PHIAL_ENDPOINT_TAKEN',
        new Error(
          `The endpoint ${JSON.stringify(endpoint)} of ${JSON.stringify(pattern)} already belongs to another view. Rename one of the two functions, or set the route's endpoint option.`,
        ),
      )
    }
    this.#views.set(endpoint, view)
  }
}

/** Returns the blueprint of an endpoint: `shop.admin` for `shop.admin.index`. */
export function blueprintOf(endpoint: string): string | undefined {
  const end = endpoint.lastIndexOf('.')
  return end === -1 ? undefined : endpoint.slice(0, end)
}

/** Returns the names of a blueprint and of its parents, the innermost first: `a.b` and `a` for `a.b`. */
export function blueprintsOf(blueprint: string | undefined): string[] {
  const parts = blueprint === undefined ? [] : blueprint.split('.')
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('.'))
}
