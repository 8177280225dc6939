/** Names for routes: by them `urlFor` knows where a URL leads. */
import { withCode } from '@phial/core'

/**
 * The endpoint of a route that names none: its function's name, else its pattern's words:
 * `/` is `index`, `/posts/:id` is `posts`, `/sign-up/done` is `signUpDone`.
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

/** The views whose endpoints are names of their own: each name is one view's. */
export class NamedViews {
  readonly #views = new Map<string, unknown>()

  /** Raises an `Error` if the name is another view's already. */
  claim(endpoint: string, pattern: string, view: (...args: never[]) => unknown): void {
    const present = this.#views.get(endpoint)
    if (present !== undefined && present !== view) {
      throw withCode(
        'ERR_PHIAL_ENDPOINT_TAKEN',
        new Error(
          `The endpoint ${JSON.stringify(endpoint)} of ${JSON.stringify(pattern)} is another view's already. Give one of the two functions another name, or the route an endpoint.`,
        ),
      )
    }
    this.#views.set(endpoint, view)
  }
}

/** The blueprint that an endpoint belongs to: of `shop.admin.index`, `shop.admin`. */
export function blueprintOf(endpoint: string): string | undefined {
  const end = endpoint.lastIndexOf('.')
  return end === -1 ? undefined : endpoint.slice(0, end)
}

/** The names of a blueprint and of those that it is nested in, the innermost first: of `a.b`, `a.b` and `a`. */
export function blueprintsOf(blueprint: string | undefined): string[] {
  const parts = blueprint === undefined ? [] : blueprint.split('.')
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('.'))
}
