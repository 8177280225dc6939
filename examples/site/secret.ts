import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What sessions are signed with, if nobody says: made up at the first start and kept in the instance
 * folder, so that every process and every start has the same.
 */
export function keptSecret(folder: string): string {
  const file = join(folder, 'secret-key')
  if (!existsSync(file)) makeSecret(folder, file)
  return readFileSync(file, 'utf8')
}

/** Puts the file there whole. Of several processes that start together, the first one's stays. */
function makeSecret(folder: string, file: string): void {
  mkdirSync(folder, { recursive: true })
  const own = `${file}.${process.pid}`
  writeFileSync(own, randomBytes(32).toString('hex'), { mode: 0o600 })
  try {
    linkSync(own, file)
  } catch (error) {
    if (!existsSync(file)) throw error
  } finally {
    rmSync(own)
  }
}
