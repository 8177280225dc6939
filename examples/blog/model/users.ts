import { checkPasswordHash, generatePasswordHash } from 'phial'
import { z } from 'zod'
import { database } from './database.ts'

const user = z.object({ id: z.number(), name: z.string() })
export type User = z.infer<typeof user>

/** What somebody signs up with. */
export const account = z.object({
  name: z
    .string()
    .trim()
    .min(2, 'Please give a name of two characters or more.')
    .max(30)
    .regex(/^[\p{L}\p{N}._-]*$/u, 'Letters, digits, dots and dashes only, please.'),
  password: z
    .string()
    .min(10, 'Please take a password of ten characters or more.')
    .max(200)
    .meta({ format: 'password' }),
})

/** What somebody logs in with. What is wrong with it is for the database to say. */
export const credentials = z.object({
  name: z.string().trim().min(1, 'Please give your name.'),
  password: z.string().min(1, 'Please give your password.').meta({ format: 'password' }),
})

export async function findUser(id: number): Promise<User | undefined> {
  const db = await database()
  const { rows } = await db.execute({ sql: 'select id, name from users where id = ?', args: [id] })
  return rows[0] && user.parse(rows[0])
}

/** The user with this name and password. Takes its time also for a name that nobody has, so that it does not tell. */
export async function logIn({
  name,
  password,
}: z.infer<typeof credentials>): Promise<User | undefined> {
  const db = await database()
  const { rows } = await db.execute({ sql: 'select * from users where name = ?', args: [name] })
  const hash = z.string().catch(NOBODY).parse(rows[0]?.['password_hash'])
  const isRight = await checkPasswordHash(hash, password)
  return isRight && rows[0] ? user.parse(rows[0]) : undefined
}

/** A hash of no password. */
const NOBODY = `scrypt:32768:8:1$nobody$${'0'.repeat(128)}`

/** The new user. Nothing if somebody else has the name; whoever signs up twice is simply there. */
export async function signUp(given: z.infer<typeof account>): Promise<User | undefined> {
  const db = await database()
  const hash = await generatePasswordHash(given.password)
  await db.execute({
    sql: 'insert into users (name, password_hash) values (?, ?) on conflict (name) do nothing',
    args: [given.name, hash],
  })
  return logIn(given)
}
