/** Passwords, kept so that nobody who reads the database knows them. Werkzeug's format, so its hashes count here and ours there. */
import { pbkdf2, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** Werkzeug's: 32 MiB of memory for each hash. RFC 7914 */
const METHOD = 'scrypt:32768:8:1'

/**
 * A hash to keep in the place of a password, each time with another salt: `scrypt:32768:8:1$salt$hash`.
 * It is slow on purpose, and works beside the event loop. Werkzeug's `generate_password_hash`.
 *
 * ```ts
 * await db.addUser(name, await generatePasswordHash(password))
 * ```
 */
export async function generatePasswordHash(password: string): Promise<string> {
  const salt = randomBytes(12).toString('base64url')
  const key = await derive(METHOD, salt, password)
  return `${METHOD}$${salt}$${key?.toString('hex') ?? ''}`
}

/**
 * Whether a password is the one that a hash was made of, by `generatePasswordHash` or by Werkzeug
 * with scrypt or PBKDF2. How long it takes does not say how near it was. What is no such hash has no
 * password. Werkzeug's `check_password_hash`.
 *
 * ```ts
 * const isRight = user !== undefined && (await checkPasswordHash(user.hash, password))
 * ```
 */
export async function checkPasswordHash(hash: string, password: string): Promise<boolean> {
  const [method = '', salt = '', kept = ''] = hash.split('$')
  const right = Buffer.from(kept, 'hex')
  const key = await derive(method, salt, password)
  return key?.byteLength === right.byteLength && timingSafeEqual(key, right)
}

const scryptKey: (password: string, salt: string, length: number, cost: object) => Promise<Buffer> =
  promisify(scrypt)
const pbkdf2Key = promisify(pbkdf2)

/** The key of a password, `undefined` for a method that is unknown. */
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
