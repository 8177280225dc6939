/** Password hashing. The format is Werkzeug's, so hashes are interchangeable. */
import { pbkdf2, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { assertString } from '../helpers/arguments.ts'

/** Werkzeug's parameters for scrypt: 32 MiB of memory for each hash. RFC 7914 */
const METHOD = 'scrypt:32768:8:1'

/**
 * Returns a hash of a password, with a new salt each time: `scrypt:32768:8:1$salt$hash`. It is slow on purpose, and runs
 * off the event loop. Werkzeug's `generate_password_hash`.
 *
 * ```ts
 * await db.addUser(name, await generatePasswordHash(password))
 * ```
 */
export async function generatePasswordHash(password: string): Promise<string> {
  assertString('generatePasswordHash(password)', password)
  const salt = randomBytes(12).toString('base64url')
  const key = await derive(METHOD, salt, password)
  return `${METHOD}$${salt}$${key?.toString('hex') ?? ''}`
}

/**
 * Reports whether a password matches a hash of `generatePasswordHash`, or of Werkzeug with scrypt or PBKDF2. The
 * comparison is timing-safe. An invalid hash matches no password. Werkzeug's `check_password_hash`.
 *
 * ```ts
 * const isRight = user !== undefined && (await checkPasswordHash(user.hash, password))
 * ```
 */
export async function checkPasswordHash(hash: string, password: string): Promise<boolean> {
  assertString('checkPasswordHash(hash, password)', hash)
  assertString('checkPasswordHash(hash, password)', password)
  const [method = '', salt = '', hex = ''] = hash.split('$')
  const expected = Buffer.from(hex, 'hex')
  const key = await derive(method, salt, password)
  return key?.byteLength === expected.byteLength && timingSafeEqual(key, expected)
}

const scryptKey: (password: string, salt: string, length: number, cost: object) => Promise<Buffer> =
  promisify(scrypt)
const pbkdf2Key = promisify(pbkdf2)

/** Derives the key of a password; `undefined` for an unknown method. */
async function derive(method: string, salt: string, password: string): Promise<Buffer | undefined> {
  const [, N, r, p] = /^scrypt:(\d{1,7}):([1-9]\d?):([1-9]\d?)$/.exec(method)?.map(Number) ?? []
  if (N !== undefined && r !== undefined && p !== undefined) {
    const isPowerOfTwo = N > 1 && (N & (N - 1)) === 0
    if (!isPowerOfTwo) return undefined
    return scryptKey(password, salt, 64, { N, r, p, maxmem: 132 * N * r * p })
  }
  const [, digest, rounds] = /^pbkdf2:(sha256|sha512|sha1):([1-9]\d{0,7})$/.exec(method) ?? []
  if (digest === undefined) return undefined
  const length = { sha1: 20, sha256: 32, sha512: 64 }[digest] ?? 0
  return pbkdf2Key(password, salt, Number(rounds), length, digest)
}
