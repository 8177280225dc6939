/** Forms as `application/x-www-form-urlencoded`. */
import type { FormEntries } from './form.ts'
import { type Limits, tooLarge } from './limits.ts'

const AMPERSAND = 0x26

/** Reads a form that is whole in memory. The parts are counted before any is made. */
export function parseUrlencoded(bytes: Uint8Array, limits: Limits): FormEntries {
  const { maxFormMemorySize, maxFormParts } = limits
  if (bytes.byteLength > maxFormMemorySize) throw tooLarge('The form’s text', maxFormMemorySize)
  let parts = 1
  for (const byte of bytes) if (byte === AMPERSAND) parts += 1
  if (parts > maxFormParts) throw tooLarge('The form', maxFormParts, 'parts')
  return [...new URLSearchParams(new TextDecoder().decode(bytes))]
}
