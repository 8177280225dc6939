/** What kind of file a name is, by its ending. */
import { extname } from 'node:path'
import { lookup } from 'mime-types'

/** The media type of bytes of which nothing is known. */
export const UNKNOWN = 'application/octet-stream'

/** Endings that no registry has, by the type that they are sent as. */
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
  // Source that a browser may show. `.ts` is a video, as everywhere.
  ...'astro ejs eta go graphql kt proto ps1 pug r rs scala svelte swift tsx vue'
    .split(' ')
    .map((ending) => [`.${ending}`, 'text/plain'] as const),
])

/** The media type of a file's name, whatever its case. */
export function typeOf(name: string): string {
  const ending = extname(name).toLowerCase()
  if (ending === '') return UNKNOWN
  return MORE.get(ending) ?? (lookup(ending) || UNKNOWN)
}
