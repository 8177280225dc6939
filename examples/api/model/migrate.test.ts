import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Client, createClient } from '@libsql/client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate } from './migrate.ts'

let folder: string
let client: Client

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'migrate-'))
  await writeFile(join(folder, '1.sql'), 'create table a (x); create table b (y);')
  client = createClient({ url: pathToFileURL(join(folder, 'test.db')).href })
})
afterEach(async () => {
  client.close()
  await rm(folder, { recursive: true })
})

test('each file is run once, in order, also later ones', async () => {
  expect(await migrate(client, folder)).toEqual(['1.sql'])
  await writeFile(join(folder, '2.sql'), 'alter table a add column z')
  expect(await migrate(client, folder)).toEqual(['2.sql'])
  expect(await migrate(client, folder)).toEqual([])
  await client.execute('select x, z from a')
})

test('one that fails leaves everything as it was', async () => {
  await writeFile(join(folder, '2.sql'), 'create table c (x); create nonsense')
  await expect(migrate(client, folder)).rejects.toThrow(/nonsense/)
  await expect(client.execute('select * from a')).rejects.toThrow(/no such table/)
})
