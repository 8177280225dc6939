import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, 'instance')
const file = join(folder, 'secret-key')

/**
 * What sessions are signed with: SECRET_KEY of the environment, or else one that is made up at the
 * first start and kept in `instance/`, so that every process and every start has the same.
 */
export function secretKey(): string {
  const { SECRET_KEY } = process.env
  if (SECRET_KEY !== undefined && SECRET_KEY !== '') return SECRET_KEY
  mkdirSync(folder, { recursive: true })
  try {
    writeFileSync(file, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  return readFileSync(file, 'utf8')
}
