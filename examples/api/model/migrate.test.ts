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

test('runs each file once, in order, including files that are added later', async () => {
  expect(await migrate(client, folder)).toEqual(['1.sql'])
  await writeFile(join(folder, '2.sql'), 'alter table a add column z')
  expect(await migrate(client, folder)).toEqual(['2.sql'])
  expect(await migrate(client, folder)).toEqual([])
  await client.execute('select x, z from a')
})

test('leaves the database unchanged if a file fails', async () => {
  await writeFile(join(folder, '2.sql'), 'create table c (x); create nonsense')
  await expect(migrate(client, folder)).rejects.toThrow(/nonsense/)
  await expect(client.execute('select * from a')).rejects.toThrow(/no such table/)
})
