/** What kind of file a name is, by its ending. */
import { lookup } from 'mrmime'

/** The media type of a file's name, or that of bytes which nobody knows more about. */
export function typeOf(name: string): string {
  return lookup(name) ?? 'application/octet-stream'
}
