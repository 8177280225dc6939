import { checkPasswordHash, generatePasswordHash } from 'phial'
import { describe, expect, test } from 'vitest'

const PASSWORD = 'pässword'

/** Hashes in Werkzeug's format, created with Python's `hashlib`. */
const FROM_PYTHON = [
  'scrypt:32768:8:1$aB3dE5gH7jK9mN1p$fa122f13be6ba3117d607920edc9132c670979e99ebe8aa7e1b9142f3c6a86ac954e91ebed6e70857a468161ea8cdaa42ad2e5003ac672d3980877f4f9ddeab0',
  'pbkdf2:sha1:1000$aB3dE5gH7jK9mN1p$73dc301479e4225efbefb1b59c6ca7d1730aefdd',
  'pbkdf2:sha256:1000$aB3dE5gH7jK9mN1p$1071dd35d67eeb08ce6fc29b56ad7e3b3b1e843a73e2c1802d45c9b02f282915',
  'pbkdf2:sha512:1000$aB3dE5gH7jK9mN1p$f297d302219746b88f662077726b10578103b54b8dbc563b8d6d7514a1ed46db2da02bdff44f9d38a9cc389378d9148c4aada16a3bbd3dfbc58e927f754fe824',
]

describe('password hashing', () => {
  test('uses scrypt with a new salt each time', async () => {
    const [one, other] = [
      await generatePasswordHash(PASSWORD),
      await generatePasswordHash(PASSWORD),
    ]
    expect(one).toMatch(/^scrypt:32768:8:1\$[\w-]{16}\$[\da-f]{128}$/)
    expect(one).not.toBe(other)
    expect(await checkPasswordHash(one, PASSWORD)).toBe(true)
    expect(await checkPasswordHash(other, PASSWORD)).toBe(true)
    expect(await checkPasswordHash(one, 'password')).toBe(false)
    expect(await checkPasswordHash(one, '')).toBe(false)
  })

  test.for(FROM_PYTHON)('verifies a hash from a Flask app: %s', async (hash) => {
    expect(await checkPasswordHash(hash, PASSWORD)).toBe(true)
    expect(await checkPasswordHash(hash, `${PASSWORD} `)).toBe(false)
    expect(await checkPasswordHash(hash.replace('$aB3', '$aB4'), PASSWORD)).toBe(false)
    expect(await checkPasswordHash(hash.slice(0, -2), PASSWORD)).toBe(false)
    expect(await checkPasswordHash(hash.replace(/..$/, 'zz'), PASSWORD)).toBe(false)
  })

  test('rejects any password for an invalid hash', async () => {
    for (const hash of [
      '',
      '$',
      '$$',
      PASSWORD,
      'plain$$password',
      'md5$a$b',
      'scrypt:3:8:1$a$',
      'scrypt:0:8:1$a$',
      'scrypt:2:0:1$a$',
      'pbkdf2:sha256:0$a$',
      'pbkdf2:sha3:1$a$',
    ]) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await checkPasswordHash(hash, PASSWORD), hash).toBe(false)
      // oxlint-disable-next-line no-await-in-loop
      expect(await checkPasswordHash(hash, ''), hash).toBe(false)
    }
  })
})
