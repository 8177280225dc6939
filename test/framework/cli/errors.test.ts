import { CommandError, Phial } from 'phial'
import { expect, test } from 'vitest'

const app = new Phial(import.meta.url)
app.cli.command('find <name>', 'Finds a user', ({ name }) => {
  throw new CommandError(`There is no user ${name}.`)
})
app.cli.command('wait', 'Waits', async () => {
  throw new CommandError('Nobody came.', 75)
})

test('Custom commands: a CommandError is a clean message', async () => {
  const result = await app.testCliRunner().invoke(['find', 'ada'])
  expect(result).toMatchObject({ exitCode: 1, stdout: '', stderr: 'There is no user ada.\n' })
  expect(result.error).toBeInstanceOf(CommandError)
})

test('Custom commands: a CommandError has an exit code', async () => {
  const result = await app.testCliRunner().invoke(['wait'])
  expect(result).toMatchObject({ exitCode: 75, stderr: 'Nobody came.\n' })
})
