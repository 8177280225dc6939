/**
 * Which blueprints a path belongs to that no rule matches: those whose prefix it is under. Only errors
 * look it up.
 */
import type { AnyConverter } from '../routing/converters.ts'
import { domainOf, type Matching } from '../routing/domains.ts'
import { Router } from '../routing/router.ts'
import type { Request } from '../request/request.ts'

/** Where a blueprint was registered. */
export interface Territory {
  readonly name: string
  readonly urlPrefix: string
  readonly params: Readonly<Record<string, AnyConverter>>
  readonly subdomain: string | undefined
  /** Whether it has a prefix or a subdomain of its own. */
  readonly hasOwnPlace: boolean
}

/** What follows a prefix: a wildcard whose name no pattern has by chance. */
const REST = '*"what follows the prefix"'

/** One prefix, as a table of its own, so that two blueprints may have the same one. */
interface Owner {
  readonly name: string
  readonly depth: number
  readonly prefix: Router
}

/** The prefixes of an app's blueprints. */
export class Owners {
  readonly #matching: Matching
  readonly #territories: Territory[] = []
  /** Built on first use, and again after another blueprint was added. */
  #owners: readonly Owner[] | undefined

  constructor(matching: Matching) {
    this.#matching = matching
  }

  add(territory: Territory): void {
    this.#territories.push(territory)
    this.#owners = undefined
  }

  /** The names of the blueprints that a request's path is under, the longest prefix first, then the first registered. */
  of({ path, environ }: Request): string[] {
    if (this.#territories.length === 0) return []
    const single = `/${path}`.replaceAll(/\/{2,}/g, '/')
    const domain = domainOf(environ, this.#matching)
    this.#owners ??= this.#territories
      .filter(({ hasOwnPlace }) => hasOwnPlace)
      .map((territory) => ownerOf(territory, this.#matching))
      .toSorted((one, other) => other.depth - one.depth)
    return this.#owners
      .filter(({ prefix }) => prefix.match('GET', single, domain).kind === 'found')
      .map(({ name }) => name)
  }
}

function ownerOf(
  { name, urlPrefix, params, subdomain }: Territory,
  { urlMap: { hostMatching } }: Matching,
): Owner {
  const start = urlPrefix.replace(/\/+$/, '')
  const prefix = new Router({ hostMatching })
  prefix.add(start === '' ? `/{${REST}}` : `${start}{/${REST}}`, name, {
    params,
    strictSlashes: false,
    ...(subdomain !== undefined && { subdomain }),
  })
  return { name, depth: start.split('/').length, prefix }
}
