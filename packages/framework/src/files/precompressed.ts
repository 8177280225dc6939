/** Files that lie beside others, compressed ahead: `site.css.br`, `site.css.gz`. */
import { isCompressible } from '@phial/core'
import type { Accept } from '../fields/accept.ts'
import { findFile, type Found } from '../response/file-body.ts'
import { typeOf } from './types.ts'

const ENDINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

/** A file, or a compressed form of it. */
export interface Encoded extends Found {
  /** What `Content-Encoding` says. */
  readonly encoding: string | undefined
  /** Whether another client may get another form, so that the answer depends on `Accept-Encoding`. */
  readonly varies: boolean
}

/**
 * Finds the form of a file that the client takes, the smallest first. It is not looked at which of
 * two forms is newer: write both when you build.
 */
export async function findEncoded(path: string, accept: Accept): Promise<Encoded | undefined> {
  const varies = isCompressible(typeOf(path))
  for (const [encoding, ending] of varies ? ENDINGS : []) {
    if (!accept.has(encoding)) continue
    // oxlint-disable-next-line no-await-in-loop -- the second is looked for if the first is not there
    const found = await findFile(path + ending)
    if (found !== undefined) return { ...found, encoding, varies }
  }
  const found = await findFile(path)
  return found && { ...found, encoding: undefined, varies }
}
