import { Phial } from 'phial'
import { expect, test } from 'vitest'

const app = new Phial(import.meta.url)
const nothing = (): void => undefined
app.cli.description = 'A small shop'
app.cli.command(
  'create-user <name> [mail]',
  'Creates a user',
  {
    '-a, --admin': 'make the user an administrator',
    '--role <role>': 'the role of the user (reader)',
  },
  nothing,
)
app.cli.command('clean', '', nothing)
const users = app.cli.group('users', 'Manage users')
users.command('list', 'Lists all users', nothing)

test.each(['--help', '-h'])('%s lists the commands and groups of the app', async (flag) => {
  expect(await app.testCliRunner().invoke([flag])).toEqual({
    exitCode: 0,
    error: undefined,
    stderr: '',
    stdout: help,
    output: help,
  })
})

const help = `Usage: phial <command>

A small shop

Commands:
  clean
  create-user  Creates a user

Command groups:
  users  Manage users
`

test('--help after a group lists its commands', async () => {
  expect((await app.testCliRunner().invoke(['users', '--help'])).stdout).toBe(`\
Usage: phial users <command>

Manage users

Commands:
  list  Lists all users
`)
})

test('--help after a command shows its usage, even with other invalid arguments', async () => {
  const { exitCode, stdout } = await app.testCliRunner().invoke(['create-user', '--nix', '-h'])
  expect(exitCode).toBe(0)
  expect(stdout).toBe(`\
Usage: phial create-user [options] <name> [mail]

Creates a user

Options:
  -a, --admin    make the user an administrator
  --role <role>  the role of the user (reader)
  -h, --help     show this help and exit
`)
})

test('an empty command line prints help to stderr, with exit code 2', async () => {
  expect(await app.testCliRunner().invoke()).toMatchObject({
    exitCode: 2,
    stderr: help,
    stdout: '',
  })
})
