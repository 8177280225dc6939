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
    const kept = Buffer.concat(this.#kept)
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
function maskBytes(bytes: Buffer): string {
  const masked = maskText(bytes.toString('latin1')).replaceAll('•', '*')
  return Buffer.from(masked, 'latin1').toString('base64')
}
