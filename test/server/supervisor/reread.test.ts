/** The settings that a reload reads again. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { phialServer } from '../support/command.ts'
import { ask, childrenOf } from '../support/fleet.ts'
import { folderWith } from '../support/folder.ts'

const app = `export const app = (environ, startResponse) => {
  startResponse('200 OK', [])
  return [Buffer.from(process.env.GREETING ?? 'none')]
}`
const config = (settings: object): string => `export default ${JSON.stringify(settings)}\n`

test('HUP reads the config file again, and an invalid one changes nothing', async () => {
  await using folder = await folderWith({
    'app.mjs': app,
    'phial-server.config.mjs': config({ env: { GREETING: 'one' } }),
  })
  const args = ['-b', '127.0.0.1:0', 'app']
  await using command = phialServer(args, { cwd: folder.path })
  const port = await command.port()
  expect(await ask(port)).toBe('one')

  const file = join(folder.path, 'phial-server.config.mjs')
  writeFileSync(file, config({ wrokers: 2 }))
  command.signal('SIGHUP')
  await command.says(
    /\[ERROR\] Not reloaded, the old workers keep running: .*wrokers; did you mean workers\?/,
  )
  expect(await ask(port)).toBe('one')

  writeFileSync(file, 'process.exit(7)')
  command.signal('SIGHUP')
  await command.says(
    'Not reloaded, the old workers keep running: the settings could not be read: their process ended with exit code 7',
  )
  expect(await ask(port)).toBe('one')

  writeFileSync(file, config({ umask: '077', workers: 2, env: { GREETING: 'two' } }))
  command.signal('SIGHUP')
  await command.says('Reloaded')
  expect(await ask(port)).toBe('two')
  await command.says(/Booted worker/, 3)
  await command.says('has exited')
  expect(childrenOf(command.pid)).toHaveLength(2)
  await command.says('[WARNING] These settings take effect only after a restart: umask')
})
