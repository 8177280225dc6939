/**
 * Text that only who has the secret could have written, with the time when it was:
 * `payload.time.signature`. HMAC-SHA256, RFC 2104
 */
import { Buffer } from 'node:buffer'
import { createHmac, hash, timingSafeEqual } from 'node:crypto'

/** Signs texts for one purpose: what was signed with another salt does not count. */
export class Signer {
  readonly #salt: string
  /** A key for each secret. An app has few. */
  readonly #keys = new Map<string, Hmac>()

  constructor(salt: string) {
    this.#salt = salt
  }

  /** A text, signed, in characters that a cookie may hold. */
  sign(text: string, secret: string): string {
    const dated = `${Buffer.from(text).toString('base64url')}.${now().toString(36)}`
    return `${dated}.${this.#key(secret).sign(dated)}`
  }

  /** The text, if it was signed with one of the secrets, no more than so many seconds ago, and not a byte was changed. */
  verify(signed: string, secrets: readonly string[], seconds: number): string | undefined {
    const [payload = '', time = '', signature = '', more] = signed.split('.', 4)
    if (more !== undefined || signature === '') return undefined
    const dated = `${payload}.${time}`
    const isSigned = secrets.some((secret) => isSame(signature, this.#key(secret).sign(dated)))
    if (!isSigned || now() - Number.parseInt(time, 36) > seconds) return undefined
    return Buffer.from(payload, 'base64url').toString()
  }

  #key(secret: string): Hmac {
    const present = this.#keys.get(secret)
    if (present !== undefined) return present
    const key = new Hmac(createHmac('sha256', secret).update(this.#salt).digest())
    this.#keys.set(secret, key)
    return key
  }
}

/** The bytes that SHA-256 takes at once. */
const BLOCK = 64

/**
 * HMAC-SHA256 with a key of 32 bytes, as RFC 2104 §2 writes it: a hash of a hash, each of a padded key and a
 * text. Node's `createHmac` makes an object for each signature, which the garbage collector has to finalize;
 * two hashes at once take half its time. `bench/peers`, "session"
 */
class Hmac {
  /** The inner padded key, and room for a text. */
  #inner: Buffer
  /** The outer padded key, and the inner hash. */
  readonly #outer: Buffer

  constructor(key: Uint8Array) {
    this.#inner = Buffer.alloc(BLOCK, 0x36)
    this.#outer = Buffer.alloc(BLOCK + key.byteLength, 0x5c)
    for (const [at, byte] of key.entries()) {
      this.#inner.writeUInt8(0x36 ^ byte, at)
      this.#outer.writeUInt8(0x5c ^ byte, at)
    }
  }

  sign(text: string): string {
    const end = BLOCK + Buffer.byteLength(text)
    if (end > this.#inner.byteLength) this.#inner = Buffer.concat([this.#inner], end)
    this.#inner.write(text, BLOCK)
    this.#outer.write(hash('sha256', this.#inner.subarray(0, end), 'binary'), BLOCK, 'binary')
    return hash('sha256', this.#outer, 'base64url')
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
