/** Infers the media type of a file from its extension. */
import { extname } from 'node:path'
import { lookup } from 'mime-types'

/** The default media type. */
export const UNKNOWN = 'application/octet-stream'

/** Media types for extensions that no registry has. */
const MORE: ReadonlyMap<string, string> = new Map([
  ...['tgz', 'taz'].map((ending) => [`.${ending}`, 'application/gzip'] as const),
  ['.tbz2', 'application/x-bzip2'],
  ['.txz', 'application/x-xz'],
  ['.zst', 'application/zstd'],
  ['.br', 'application/x-brotli'],
  ['.parquet', 'application/vnd.apache.parquet'],
  ['.sqlite', 'application/vnd.sqlite3'],
  ['.cur', 'image/vnd.microsoft.icon'],
  ['.py', 'text/x-python'],
  ['.rb', 'text/x-ruby'],
  // Source code that a browser may show. `.ts` stays a video type, as in the registry.
  ...'astro ejs eta go graphql kt proto ps1 pug r rs scala svelte swift tsx vue'
    .split(' ')
    .map((ending) => [`.${ending}`, 'text/plain'] as const),
])

/** Returns the media type for a file name, ignoring case. */
export function typeOf(name: string): string {
  const ending = extname(name).toLowerCase()
  if (ending === '') return UNKNOWN
  return MORE.get(ending) ?? (lookup(ending) || UNKNOWN)
}
