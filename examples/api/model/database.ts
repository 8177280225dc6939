/**
 * The database: a file in `instance/`, or a server if the environment has DATABASE_URL (`libsql://…`, `https://…`, with
 * DATABASE_AUTH_TOKEN). The code is the same for both.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Client, createClient } from '@libsql/client'
import { currentApp } from 'phial'
import { migrate } from './migrate.ts'

declare module 'phial' {
  interface Config {
    DATABASE_URL: string
    /** The folder of the migrations. */
    MIGRATIONS: string
  }
}

/** Returns the URL of the database: DATABASE_URL, or a file in this folder by default. */
export function databaseUrl(folder: string): string {
  const { DATABASE_URL } = process.env
  if (DATABASE_URL !== undefined && DATABASE_URL !== '') return DATABASE_URL
  mkdirSync(folder, { recursive: true })
  return pathToFileURL(join(folder, 'tasks.db')).href
}

/** Returns the app's database. The first request opens and migrates it. If that fails, the next request tries again. */
export function database(): Promise<Client> {
  const { config, extensions } = currentApp
  const open = extensions.get('database') as Promise<Client> | undefined
  if (open !== undefined) return open
  const opening = connect(config.DATABASE_URL, config.MIGRATIONS)
  opening.catch(() => extensions.delete('database'))
  extensions.set('database', opening)
  return opening
}

async function connect(url: string, migrations: string): Promise<Client> {
  const { DATABASE_AUTH_TOKEN: authToken } = process.env
  // Several processes share the file. Each waits while another one writes, up to 5000 ms.
  const client = createClient({
    url,
    timeout: 5000,
    ...(authToken === undefined ? {} : { authToken }),
  })
  await migrate(client, migrations)
  return client
}
