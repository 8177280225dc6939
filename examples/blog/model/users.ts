import { checkPasswordHash, generatePasswordHash } from 'phial'
import { z } from 'zod'
import { database } from './database.ts'

const user = z.object({ id: z.number(), name: z.string() })
export type User = z.infer<typeof user>

/** The input for signing up. */
export const account = z.object({
  name: z
    .string()
    .trim()
    .min(2, 'Enter a name of two characters or more.')
    .max(30)
    .regex(/^[\p{L}\p{N}._-]*$/u, 'Use only letters, digits, dots and dashes.'),
  password: z
    .string()
    .min(10, 'Use a password of ten characters or more.')
    .max(200)
    .meta({ format: 'password' }),
})

/** The input for logging in. Only the database decides whether it is right. */
export const credentials = z.object({
  name: z.string().trim().min(1, 'Enter your name.'),
  password: z.string().min(1, 'Enter your password.').meta({ format: 'password' }),
})

export async function findUser(id: number): Promise<User | undefined> {
  const db = await database()
  const { rows } = await db.execute({ sql: 'select id, name from users where id = ?', args: [id] })
  return rows[0] && user.parse(rows[0])
}

/** Returns the user with this name and password. Takes equally long for an unknown name, so that timing reveals nothing. */
export async function logIn({
  name,
  password,
}: z.infer<typeof credentials>): Promise<User | undefined> {
  const db = await database()
  const { rows } = await db.execute({ sql: 'select * from users where name = ?', args: [name] })
  const hash = z.string().catch(UNKNOWN_USER).parse(rows[0]?.['password_hash'])
  const isRight = await checkPasswordHash(hash, password)
  return isRight && rows[0] ? user.parse(rows[0]) : undefined
}

/** A hash that no password has. */
const UNKNOWN_USER = `scrypt:32768:8:1$nobody$${'0'.repeat(128)}`

/** Creates a user. Returns `undefined` if the name is taken, except by a user with the same password: a form may be sent twice. */
export async function signUp(given: z.infer<typeof account>): Promise<User | undefined> {
  const db = await database()
  const hash = await generatePasswordHash(given.password)
  await db.execute({
    sql: 'insert into users (name, password_hash) values (?, ?) on conflict (name) do nothing',
    args: [given.name, hash],
  })
  return logIn(given)
}
