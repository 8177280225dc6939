import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { phialServer, runToEnd } from './support/command.ts'
import { folderWith } from './support/folder.ts'
import { echo, serving } from './support/server.ts'

const saying = (word: string): string => `export const app = (environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  return [new TextEncoder().encode('${word}' as string)]
}`

test('the next request sees an edit, and a mistake in it stops nobody', async () => {
  await using folder = await folderWith({ 'app.mts': saying('one') })
  const args = [
    '--reload',
    '-b',
    '127.0.0.1:0',
    '--access-logfile',
    '-',
    '--access-logformat',
    '%(s)s',
  ]
  await using command = phialServer([...args, 'app'], { cwd: folder.path })
  const url = `http://127.0.0.1:${await command.port()}/`
  const ask = async (): Promise<string> => (await fetch(url)).text()
  const edit = (text: string): Promise<void> => writeFile(join(folder.path, 'app.mts'), text)
  expect(await ask()).toBe('one')
  await edit(saying('two'))
  expect(await ask()).toBe('two')
  await edit('const = 1')
  expect(await ask()).toContain('ERROR: ')
  await edit(saying('three'))
  expect(await ask()).toBe('three')
  command.signal('SIGTERM')
  const { code, stdout, stderr } = await command.ended
  expect([code, stdout]).toEqual([0, '200\n200\n500\n200\n'])
  expect(stderr).toMatch(/\[INFO\] app\.mts has changed: starting anew\n/)
})

test('what cannot be had is told in one line', async () => {
  await using running = await serving(echo)
  const taken = await runToEnd(['--reload', '-b', `127.0.0.1:${running.port}`, 'app'])
  expect(taken).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^phial-server: cannot listen at 127\.0\.0\.1:\d+: .*EADDRINUSE.*\n$/,
    ),
  })
  expect(await runToEnd(['--reload', '--access-logfile', 'x.log', 'app'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('say --access-logfile -'),
  })
})
