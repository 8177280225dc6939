/**
 * Signs text with a timestamp: `payload.time.signature`. Only the owner of the secret can create a valid signature.
 * HMAC-SHA256, RFC 2104
 */
import { Buffer } from 'node:buffer'
import { createHmac, hash, timingSafeEqual } from 'node:crypto'

/** Signs and verifies text for one purpose. A signature with another salt is invalid. */
export class Signer {
  readonly #salt: string
  /** The derived key of each secret. An app has only a few. */
  readonly #keys = new Map<string, Hmac>()

  constructor(salt: string) {
    this.#salt = salt
  }

  /** Returns a signed text that consists of characters allowed in a cookie. */
  sign(text: string, secret: string): string {
    const dated = `${Buffer.from(text).toString('base64url')}.${now().toString(36)}`
    return `${dated}.${this.#key(secret).sign(dated)}`
  }

  /**
   * Returns the text if it was signed with one of the secrets at most `seconds` ago and has not been changed; otherwise
   * `undefined`.
   */
  verify(signed: string, secrets: readonly string[], seconds: number): string | undefined {
    const end = signed.lastIndexOf('.')
    const dated = signed.slice(0, end)
    const dot = dated.indexOf('.')
    if (dot === -1 || dated.includes('.', dot + 1)) return undefined
    const signature = signed.slice(end + 1)
    const isSigned = secrets.some((secret) => isSame(signature, this.#key(secret).sign(dated)))
    const time = Number.parseInt(dated.slice(dot + 1), 36)
    if (!isSigned || now() - time > seconds) return undefined
    return Buffer.from(dated.slice(0, dot), 'base64url').toString()
  }

  #key(secret: string): Hmac {
    const present = this.#keys.get(secret)
    if (present !== undefined) return present
    const key = new Hmac(createHmac('sha256', secret).update(this.#salt).digest())
    this.#keys.set(secret, key)
    return key
  }
}

/** The block size of SHA-256 in bytes. */
const BLOCK = 64

/**
 * HMAC-SHA256 with a key of 32 bytes, as defined in RFC 2104 §2: a hash of the outer padded key and an inner hash, which
 * is a hash of the inner padded key and the text. Node's `createHmac` creates an object for each signature, which the
 * garbage collector must finalize. Two calls of `hash` take half the time, as measured by `bench/peers`, "session".
 */
class Hmac {
  /** The inner padded key, followed by the text. */
  #inner: Buffer
  /** The outer padded key, followed by the inner hash. */
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
    const most = BLOCK + 3 * text.length
    if (most > this.#inner.byteLength) this.#inner = Buffer.concat([this.#inner], most)
    const end = BLOCK + this.#inner.write(text, BLOCK)
    this.#outer.write(hash('sha256', this.#inner.subarray(0, end), 'binary'), BLOCK, 'binary')
    return hash('sha256', this.#outer, 'base64url')
  }
}

/** The length of a signature: 32 bytes in base64url. */
const SIGNATURE = 43
/** The buffers in which two signatures are compared. */
const given = Buffer.alloc(SIGNATURE)
const right = Buffer.alloc(SIGNATURE)

/**
 * Reports whether two signatures are equal, with a timing-safe comparison. Compares their text, because the same bytes
 * can be encoded in several ways. Text that is not ASCII does not fit into the buffer.
 */
function isSame(received: string, expected: string): boolean {
  if (received.length !== SIGNATURE || given.write(received) !== SIGNATURE) return false
  right.write(expected)
  return timingSafeEqual(given, right)
}

/** Returns the current time in whole seconds since 1970. */
function now(): number {
  return Math.floor(Date.now() / 1000)
}
