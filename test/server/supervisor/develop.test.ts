/** `phial-server --reload`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { phialServer, runToEnd } from '../support/command.ts'
import { ask } from '../support/fleet.ts'
import { folderWith } from '../support/folder.ts'
import { echo, serving } from '../support/server.ts'

const says = (text: string): string => `export const app = (environ, startResponse) => {
  startResponse('200 OK', [])
  return [Buffer.from(${JSON.stringify(text)})]
}`

test('an edit is seen by the next request; a syntax error is told, and mended', async () => {
  await using folder = await folderWith({ 'app.mjs': says('one') })
  const args = ['--reload', '-b', '127.0.0.1:0', 'app']
  await using command = phialServer(args, { cwd: folder.path })
  const port = await command.port()
  expect(await ask(port)).toBe('one')
  const file = join(folder.path, 'app.mjs')
  writeFileSync(file, 'export const app = (')
  expect(await ask(port)).toContain('SyntaxError')
  writeFileSync(file, says('three'))
  expect(await ask(port)).toBe('three')
  command.signal('SIGINT')
  expect(await command.ended).toMatchObject({ code: 0 })
})

test('a taken port is told as ever', async () => {
  await using running = await serving(echo)
  const bind = `127.0.0.1:${running.port}`
  const { code, stderr } = await runToEnd(['--reload', '-b', bind, 'app'])
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining(`phial-server: cannot listen at ${bind}: the address is taken`),
  ])
})

test('an access log that is a file is refused before anything listens', async () => {
  expect(await runToEnd(['--reload', '--access-logfile', 'x.log', 'app'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('say --access-logfile -'),
  })
})
