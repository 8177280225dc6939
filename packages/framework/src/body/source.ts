/** A request's body out of `wsgi.input`: at once, or chunk by chunk; never more than is allowed. */
import type { Environ } from '@phial/core'
import { tooLarge } from './limits.ts'

/** How much is read at a time from an input that does not end by itself. */
const BLOCK = 65_536

/**
 * The first bytes of a body, up to one more than `most`: then it is longer. An input that does not
 * end by itself ends where the client said, and is empty if the client said nothing.
 */
export function readUpTo(
  environ: Environ,
  length: number | undefined,
  most: number,
): Promise<Uint8Array> {
  const left = isTerminated(environ) ? Infinity : (length ?? 0)
  return environ['wsgi.input'].read(Math.min(left, most + 1))
}

/** A body chunk by chunk, after those bytes that were read already. Throws a 413 beyond `most` bytes. */
export async function* chunksOf(
  environ: Environ,
  length: number | undefined,
  most: number,
  first?: Uint8Array,
): AsyncGenerator<Uint8Array, void> {
  if (length !== undefined && length > most) throw tooLarge('The request’s body', most)
  let count = first?.byteLength ?? 0
  if (first !== undefined && count > 0) yield first
  for await (const chunk of restOf(environ, (length ?? 0) - count)) {
    count += chunk.byteLength
    if (count > most) throw tooLarge('The request’s body', most)
    yield chunk
  }
}

function restOf(environ: Environ, left: number): AsyncIterable<Uint8Array> {
  return isTerminated(environ) ? environ['wsgi.input'] : blocks(environ, left)
}

async function* blocks(environ: Environ, length: number): AsyncGenerator<Uint8Array, void> {
  let left = length
  while (left > 0) {
    // oxlint-disable-next-line no-await-in-loop -- blocks come one after another
    const block = await environ['wsgi.input'].read(Math.min(left, BLOCK))
    if (block.byteLength === 0) return
    left -= block.byteLength
    yield block
  }
}

/** Whether the input ends by itself. */
export function isTerminated(environ: Environ): boolean {
  return environ['wsgi.input_terminated'] === true
}
