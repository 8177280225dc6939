/**
 * Text that only who has the secret could have written, with the time when it was:
 * `payload.time.signature`. HMAC-SHA256, RFC 2104
 */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'

/** Signs texts for one purpose: what was signed with another salt does not count. */
export class Signer {
  readonly #salt: string
  /** A key for each secret. An app has few. Node imports a key of bytes anew for each signature: `bench/peers`, "session". */
  readonly #keys = new Map<string, KeyObject>()

  constructor(salt: string) {
    this.#salt = salt
  }

  /** A text, signed, in characters that a cookie may hold. */
  sign(text: string, secret: string): string {
    const dated = `${Buffer.from(text).toString('base64url')}.${now().toString(36)}`
    return `${dated}.${this.#signature(dated, secret)}`
  }

  /** The text, if it was signed with one of the secrets, no more than so many seconds ago, and not a byte was changed. */
  verify(signed: string, secrets: readonly string[], seconds: number): string | undefined {
    const [payload = '', time = '', signature = '', more] = signed.split('.', 4)
    if (more !== undefined || signature === '') return undefined
    const dated = `${payload}.${time}`
    const isSigned = secrets.some((secret) => isSame(signature, this.#signature(dated, secret)))
    if (!isSigned || now() - Number.parseInt(time, 36) > seconds) return undefined
    return Buffer.from(payload, 'base64url').toString()
  }

  #signature(dated: string, secret: string): string {
    return createHmac('sha256', this.#key(secret)).update(dated).digest('base64url')
  }

  #key(secret: string): KeyObject {
    const present = this.#keys.get(secret)
    if (present !== undefined) return present
    const key = createSecretKey(createHmac('sha256', secret).update(this.#salt).digest())
    this.#keys.set(secret, key)
    return key
  }
}

/**
 * Whether two signatures are the same text; how long it takes does not say where they differ. The
 * text counts, not the bytes it stands for: those could be written in more than one way.
 */
function isSame(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)]
  return a.byteLength === b.byteLength && timingSafeEqual(a, b)
}

/** The time in whole seconds. */
function now(): number {
  return Math.floor(Date.now() / 1000)
}
