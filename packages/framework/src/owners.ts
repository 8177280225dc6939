/**
 * Whose a path is that no view answers: the blueprints' whose prefix it is under. Only errors ask.
 */
import type { BlueprintSetupState } from './blueprint-state.ts'
import { joinPatterns } from './blueprint-state.ts'
import type { ConvertersFor } from './routing/params.ts'
import { Router } from './routing/router.ts'

/** A wildcard of a name that no pattern has by chance. */
const REST = '{/*"what follows the prefix"}'

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

  /** The names of the blueprints that a path is under, the longest prefix first, then the first registered. */
  of(path: string): string[] {
    const single = `/${path}`.replaceAll(/\/{2,}/g, '/')
    this.#owners ??= this.#registrations
      .filter((state) => state.hasOwnPrefix)
      .map(ownerOf)
      .toSorted((one, other) => other.depth - one.depth)
    return this.#owners
      .filter(({ prefix }) => prefix.match('GET', single).kind === 'found')
      .map(({ name }) => name)
  }
}

function ownerOf({ name, urlPrefix, params }: BlueprintSetupState): Owner {
  const start = urlPrefix.replace(/\/+$/, '')
  const prefix = new Router()
  const options = { params: params as ConvertersFor<string>, strictSlashes: false }
  prefix.add(joinPatterns(start, REST), name, options)
  return { name, depth: start.split('/').length, prefix }
}
