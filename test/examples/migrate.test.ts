/** Tests that workers of the blog can start at the same moment on a new database. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { root } from '../house/workspace.ts'
import { Program } from './support/process.ts'

const folder = mkdtempSync(join(tmpdir(), 'phial-blog-'))
afterAll(() => rmSync(folder, { recursive: true }))

const program = `
  import { createClient } from '@libsql/client'
  import { migrate } from './model/migrate.ts'
  const client = createClient({ url: ${JSON.stringify(pathToFileURL(join(folder, 'b.db')).href)}, timeout: 30000 })
  console.log('ran:' + (await migrate(client, 'migrations')).length + ';')
`

test('one process runs each migration, and the others wait', async () => {
  const tsx = pathToFileURL(join(root, 'node_modules/tsx/dist/loader.mjs')).href
  const args = ['--import', tsx, '--input-type=module', '-e', program]
  const workers = [1, 2, 3].map(
    () => new Program(process.execPath, args, join(root, 'examples/blog')),
  )
  const counts = await Promise.all(workers.map((worker) => worker.says(/ran:(\d+);/)))
  expect(counts.toSorted((one, other) => Number(one) - Number(other))).toEqual(['0', '0', '2'])
  await Promise.all(workers.map((worker) => worker.end()))
})
