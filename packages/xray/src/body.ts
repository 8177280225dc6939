/** What is kept of a request's body: enough to send it again, not so much that it is a burden. */
import { maskText } from './mask.ts'
import type { CapturedBody } from './picture.ts'

/** 64 KiB. */
export const MOST_BODY: number = 64 * 1024

export class KeptBody {
  readonly #kept: Uint8Array[] = []
  #room = MOST_BODY
  #bytes = 0

  add(piece: Uint8Array): void {
    this.#bytes += piece.byteLength
    if (this.#room === 0) return
    const kept = piece.slice(0, this.#room)
    this.#room -= kept.byteLength
    this.#kept.push(kept)
  }

  /** As text if it is some, else in base64; secrets masked. */
  get captured(): CapturedBody {
    const kept = joined(this.#kept)
    const size = { bytes: this.#bytes, isCut: this.#bytes > kept.byteLength }
    const text = textOf(kept, size.isCut)
    return text === undefined
      ? { base64: maskBytes(kept), ...size }
      : { text: maskText(text), ...size }
  }
}

/** A character that the cut went through is left out. */
function textOf(bytes: Uint8Array, isCut: boolean): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut })
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

/** A form with files has fields as well. */
function maskBytes(bytes: Uint8Array): string {
  return btoa(maskText(latin1(bytes)).replaceAll('•', '*'))
}

/** A character for each byte. */
const latin1 = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')

export const toBase64 = (bytes: Uint8Array): string => btoa(latin1(bytes))

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.byteLength, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.byteLength
  }
  return all
}

/** The bytes of a captured body, as far as it was kept. */
export function bytesOf(body: CapturedBody): Uint8Array {
  return 'text' in body
    ? new TextEncoder().encode(body.text)
    : Uint8Array.from(atob(body.base64), (char) => char.charCodeAt(0))
}
