/** Reads a request body from `wsgi.input`, at once or chunk by chunk, up to a limit. */
import type { Environ } from '@phial/core'
import { tooLarge } from './limits.ts'

/** The block size for reading an input that does not end by itself, in bytes. */
const BLOCK = 65_536

/**
 * Returns the first bytes of a body: at most `most` plus one, which means that it is longer. An input that does not end
 * by itself ends at the declared length, and is empty if no length is declared.
 */
export function readUpTo(
  environ: Environ,
  length: number | undefined,
  most: number,
): Promise<Uint8Array> {
  const left = isTerminated(environ) ? Infinity : (length ?? 0)
  return environ['wsgi.input'].read(Math.min(left, most + 1))
}

/** Yields a body chunk by chunk, starting with the bytes that were already read. Throws a 413 beyond `most` bytes. */
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

/** Reports whether the input ends by itself. */
export function isTerminated(environ: Environ): boolean {
  return environ['wsgi.input_terminated'] === true
}
