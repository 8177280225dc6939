/** Migrates a database: runs the files of a folder that have not run on it yet, in the order of their names. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from '@libsql/client'

/** Runs all missing migrations or none: if one fails, the database is unchanged. Other processes wait. */
export async function migrate(client: Client, folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted()
  const transaction = await client.transaction('write')
  try {
    await transaction.execute('create table if not exists migrations (name text primary key)')
    const { rows } = await transaction.execute('select name from migrations')
    const done = new Set(rows.map(({ name }) => name))
    const missing = names.filter((name) => !done.has(name))
    for (const name of missing) {
      await transaction.executeMultiple(await readFile(join(folder, name), 'utf8'))
      await transaction.execute({ sql: 'insert into migrations values (?)', args: [name] })
    }
    await transaction.commit()
    return missing
  } finally {
    transaction.close()
  }
}
