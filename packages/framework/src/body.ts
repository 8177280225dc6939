/** Reading a request's body into memory, up to a limit. */
import type { Environ } from '@phial/core'
import { RequestEntityTooLarge } from './http-errors.ts'

/** All bytes of a body. Rejects with `RequestEntityTooLarge` as soon as it is known to be longer than `most`. */
export async function readBody(
  environ: Environ,
  length: number | undefined,
  most: number,
): Promise<Uint8Array> {
  if (length !== undefined && length > most) throw tooLarge(most)
  const readable = environ['wsgi.input_terminated'] === true ? most + 1 : (length ?? 0)
  const bytes = await environ['wsgi.input'].read(readable)
  if (bytes.byteLength > most) throw tooLarge(most)
  return bytes
}

function tooLarge(most: number): RequestEntityTooLarge {
  return new RequestEntityTooLarge(`The request's body is larger than ${most} bytes.`)
}
