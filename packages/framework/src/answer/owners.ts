/** Finds the blueprints of a path that no rule matches: those whose prefix it starts with. Only error handling needs it. */
import type { AnyConverter } from '../routing/converters.ts'
import { domainOf, type Matching } from '../routing/domains.ts'
import { Router } from '../routing/router.ts'
import type { Request } from '../request/request.ts'

/** The place where a blueprint was registered. */
export interface Territory {
  readonly name: string
  readonly urlPrefix: string
  readonly params: Readonly<Record<string, AnyConverter>>
  readonly subdomain: string | undefined
  /** Whether it has its own prefix or subdomain. */
  readonly hasOwnPlace: boolean
}

/** A wildcard for the rest of the path, with a name that no pattern has by chance. */
const REST = '*"what follows the prefix"'

/** The prefix of a blueprint in a separate router, because two blueprints may have the same prefix. */
interface Owner {
  readonly name: string
  readonly depth: number
  readonly prefix: Router
}

/** The prefixes of an app's blueprints. */
export class Owners {
  readonly #matching: Matching
  readonly #territories: Territory[] = []
  /** Built on first use, and rebuilt after a blueprint was added. */
  #owners: readonly Owner[] | undefined

  constructor(matching: Matching) {
    this.#matching = matching
  }

  add(territory: Territory): void {
    this.#territories.push(territory)
    this.#owners = undefined
  }

  /** Returns the names of the blueprints whose prefix a request's path starts with: the longest prefix first, then in order of registration. */
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
