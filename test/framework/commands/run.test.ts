import { Phial } from 'phial'
import { expect, test } from 'vitest'

const app = new Phial(import.meta.url)
app.cli.command('create-user <name>', 'Makes a user', ({ name }, { echo }) => echo(`Hello ${name}`))
app.cli.group('users').command('list', 'Lists them', () => undefined)
const runner = app.testCliRunner()

test.each<[string[], string]>([
  [['create-usr'], 'phial has no command create-usr. Did you mean create-user?\n'],
  [['user'], 'phial has no command user. Did you mean users?\n'],
  [['users', 'lst'], 'phial users has no command lst. Did you mean list?\n'],
  [['nonsense'], 'phial has no command nonsense. Run phial --help for details.\n'],
  [['constructor'], 'phial has no command constructor. Run phial --help for details.\n'],
  [['--version'], 'phial has no option --version. Run phial --help for details.\n'],
  [['users', '-x'], 'phial users has no option -x. Run phial users --help for details.\n'],
])('%j is unknown: a suggestion or a hint, with exit code 2', async (words, message) => {
  const result = await runner.invoke(words)
  expect(result).toMatchObject({ exitCode: 2, stderr: message, stdout: '' })
  expect(result.error).toMatchObject({ name: 'UsageError' })
})

test('invalid arguments print the usage of the command', async () => {
  expect((await runner.invoke(['create-user'])).stderr).toBe(`\
create-user requires <name>.

Usage: phial create-user <name>
Run phial create-user --help for details.
`)
})
