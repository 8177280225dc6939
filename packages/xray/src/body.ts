/** Captures a request's body up to a limit, so that the request can be sent again. */
import { maskText } from './mask.ts'
import type { CapturedBody } from './picture.ts'

/** 64 KiB. */
export const MAX_BODY: number = 64 * 1024

export class BodyCapture {
  readonly #kept: Uint8Array[] = []
  #room = MAX_BODY
  #bytes = 0

  add(piece: Uint8Array): void {
    this.#bytes += piece.byteLength
    if (this.#room === 0) return
    const kept = piece.slice(0, this.#room)
    this.#room -= kept.byteLength
    this.#kept.push(kept)
  }

  /** The captured bytes, with secrets masked: as text if they are valid UTF-8, otherwise in base64. */
  get captured(): CapturedBody {
    const kept = joined(this.#kept)
    const size = { bytes: this.#bytes, isCut: this.#bytes > kept.byteLength }
    const text = textOf(kept, size.isCut)
    return text === undefined
      ? { base64: maskBytes(kept), ...size }
      : { text: maskText(text), ...size }
  }
}

/** Decodes UTF-8, or returns `undefined` if the bytes are not text. Omits a character that the limit cut in two. */
function textOf(bytes: Uint8Array, isCut: boolean): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut })
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

/** Masks the text fields of a form that also contains files. */
function maskBytes(bytes: Uint8Array): string {
  return btoa(maskText(latin1(bytes)).replaceAll('•', '*'))
}

/** Maps each byte to one character. */
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

/** Returns the captured bytes of a body, which may be fewer than were sent. */
export function bytesOf(body: CapturedBody): Uint8Array {
  return 'text' in body
    ? new TextEncoder().encode(body.text)
    : Uint8Array.from(atob(body.base64), (char) => char.charCodeAt(0))
}
