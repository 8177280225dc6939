import { mkdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Watched } from '../../../packages/server/src/reload/watched.ts'
import { folderWith } from '../support/folder.ts'

test('detects a change of a recorded file since the start', async () => {
  await using folder = await folderWith({ 'app.ts': '1', 'other.ts': '1', 'page.eta': '1' })
  const watched = new Watched(folder.path, [])
  await writeFile(join(folder.path, 'app.ts'), '1 and more, before it was recorded')
  watched.add(join(folder.path, 'app.ts'))
  watched.add(join(folder.path, 'page.eta'))
  expect(watched.changed()).toBe('app.ts')
  const later = new Watched(folder.path, [])
  later.add(join(folder.path, 'app.ts'))
  later.add(join(folder.path, 'page.eta'))
  await writeFile(join(folder.path, 'other.ts'), 'not recorded')
  expect(later.changed()).toBeUndefined()
  await writeFile(join(folder.path, 'page.eta'), '2 and more')
  expect(later.changed()).toBe('page.eta')
})

test('detects a change that keeps length and modification time', async () => {
  await using folder = await folderWith({ 'app.ts': 'one' })
  const file = join(folder.path, 'app.ts')
  const then = new Date(0)
  await utimes(file, then, then)
  const watched = new Watched(folder.path, [file])
  expect(watched.changed()).toBeUndefined()
  await writeFile(file, 'two')
  await utimes(file, then, then)
  expect(watched.changed()).toBe('app.ts')
})

test('detects a removed file, a new one, and one outside of the folder', async () => {
  await using folder = await folderWith({ 'inside/app.ts': '1' })
  const inside = join(folder.path, 'inside')
  const [app, env, outside] = ['app.ts', '.env', '../outside.ts'].map((name) => join(inside, name))
  const watched = new Watched(inside, [app ?? '', env ?? '', outside ?? ''])
  expect(watched.changed()).toBeUndefined()
  await writeFile(outside ?? '', '1')
  expect(watched.changed()).toBe(outside)
  await writeFile(env ?? '', 'A=1')
  expect(watched.changed()).toBe('.env')
  await rm(app ?? '')
  expect(watched.changed()).toBe('app.ts')
})

test('detects a change of a file outside of the folder while it is read', async () => {
  await using folder = await folderWith({ 'inside/app.ts': '1', 'outside.ts': '1' })
  const outside = join(folder.path, 'outside.ts')
  const watched = new Watched(join(folder.path, 'inside'), [])
  const begun = Date.now()
  // The clock of file times is coarser than the clock of the machine.
  while ((await stat(outside)).ctimeMs <= begun) await writeFile(outside, '2')
  watched.add(outside)
  expect(watched.changed()).toBe(outside)
})

test('changedAnywhere() checks all source files, and only those', async () => {
  await using folder = await folderWith({ 'app.ts': '1' })
  const watched = new Watched(folder.path, [])
  for (const name of ['data.sqlite', 'node_modules/a/index.js', '.git/a.js']) {
    // oxlint-disable-next-line no-await-in-loop -- a file needs its folder first
    await mkdir(join(folder.path, name, '..'), { recursive: true })
    // oxlint-disable-next-line no-await-in-loop -- as above
    await writeFile(join(folder.path, name), '1')
  }
  expect(watched.changedAnywhere()).toBeUndefined()
  await mkdir(join(folder.path, 'views'))
  await writeFile(join(folder.path, 'views/new.ts'), '1')
  expect(watched.changedAnywhere()).toBe('views/new.ts')
  expect(watched.changed()).toBeUndefined()
})

test('a missing folder has no files', () => {
  expect(new Watched('/no/such/folder', []).changedAnywhere()).toBeUndefined()
})
