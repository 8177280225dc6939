import { Phial } from 'phial'
import { expect, test } from 'vitest'

const app = new Phial(import.meta.url)
const nothing = (): void => undefined
app.cli.description = 'The shop on the corner'
app.cli.command(
  'create-user <name> [mail]',
  'Makes a user',
  { '-a, --admin': 'may do everything', '--role <role>': 'what they are (reader)' },
  nothing,
)
app.cli.command('clean', '', nothing)
const users = app.cli.group('users', 'All about users')
users.command('list', 'Lists them', nothing)

test.each(['--help', '-h'])('Custom commands: %s of the app', async (flag) => {
  expect(await app.testCliRunner().invoke([flag])).toEqual({
    exitCode: 0,
    error: undefined,
    stderr: '',
    stdout: help,
    output: help,
  })
})

const help = `Usage: phial <command>

The shop on the corner

Commands:
  clean
  create-user  Makes a user

Command groups:
  users  All about users
`

test('Custom commands: --help of a group', async () => {
  expect((await app.testCliRunner().invoke(['users', '--help'])).stdout).toBe(`\
Usage: phial users <command>

All about users

Commands:
  list  Lists them
`)
})

test('Custom commands: --help of a command, whatever else is typed', async () => {
  const { exitCode, stdout } = await app.testCliRunner().invoke(['create-user', '--nix', '-h'])
  expect(exitCode).toBe(0)
  expect(stdout).toBe(`\
Usage: phial create-user [options] <name> [mail]

Makes a user

Options:
  -a, --admin    may do everything
  --role <role>  what they are (reader)
  -h, --help     show this help and exit
`)
})

test('Custom commands: help is shown, and the exit code is 2, without a command', async () => {
  expect(await app.testCliRunner().invoke()).toMatchObject({
    exitCode: 2,
    stderr: help,
    stdout: '',
  })
})
