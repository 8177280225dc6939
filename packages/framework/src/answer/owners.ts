/**
 * Whose a path is that no view answers: the blueprints' whose prefix it is under. Only errors ask.
 */
import type { BlueprintSetupState } from '../blueprint/blueprint-state.ts'
import { domainOf } from '../routing/domains.ts'
import type { Request } from '../request/request.ts'
import { Router } from '../routing/router.ts'

/** What follows a prefix: a wildcard of a name that no pattern has by chance. */
const REST = '*"what follows the prefix"'

/** One prefix, as a table of its own, so that two blueprints may have the same one. */
interface Owner {
  readonly name: string
  readonly depth: number
  readonly prefix: Router
}

/** The prefixes of an app's blueprints. */
export class Owners {
  readonly #registrations: BlueprintSetupState[] = []
  /** Made when first asked for, and again after another blueprint came. */
  #owners: readonly Owner[] | undefined

  add(state: BlueprintSetupState): void {
    this.#registrations.push(state)
    this.#owners = undefined
  }

  /** The names of the blueprints that a request's path is under, the longest prefix first, then the first registered. */
  of({ path, environ }: Request): string[] {
    const [first] = this.#registrations
    if (first === undefined) return []
    const single = `/${path}`.replaceAll(/\/{2,}/g, '/')
    const domain = domainOf(environ, first.app)
    this.#owners ??= this.#registrations
      .filter((state) => state.hasOwnPlace)
      .map(ownerOf)
      .toSorted((one, other) => other.depth - one.depth)
    return this.#owners
      .filter(({ prefix }) => prefix.match('GET', single, domain).kind === 'found')
      .map(({ name }) => name)
  }
}

function ownerOf({ app, name, urlPrefix, params, subdomain }: BlueprintSetupState): Owner {
  const start = urlPrefix.replace(/\/+$/, '')
  const prefix = new Router({ hostMatching: app.urlMap.hostMatching })
  prefix.add(start === '' ? `/{${REST}}` : `${start}{/${REST}}`, name, {
    params,
    strictSlashes: false,
    ...(subdomain !== undefined && { subdomain }),
  })
  return { name, depth: start.split('/').length, prefix }
}
