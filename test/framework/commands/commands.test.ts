import { Blueprint, type CommandGroup, Phial } from 'phial'
import { beforeEach, describe, expect, test } from 'vitest'

let app: Phial
const nothing = (): void => undefined
const say =
  (text: string) =>
  (_: object, { echo }: { echo: (text: string) => void }): void =>
    echo(text)

beforeEach(() => {
  app = new Phial(import.meta.url)
})

/** Returns the output of a command line. */
async function outputOf(line: string): Promise<string> {
  return (await app.testCliRunner().invoke(line.split(' '))).output
}

describe('groups of commands', () => {
  test('may contain commands and groups', async () => {
    const users = app.cli.group('users', 'All about users')
    users.command('list', 'Lists them', say('ada, bob'))
    users.group('roles').command('list', 'Lists their roles', say('reader'))
    expect(await outputOf('users list')).toBe('ada, bob\n')
    expect(await outputOf('users roles list')).toBe('reader\n')
  })

  test('are created on first use and returned afterwards', () => {
    const users = app.cli.group('users', 'All about users')
    expect(app.cli.group('users')).toBe(users)
    expect(users.description).toBe('All about users')
  })

  test('reject a name with a space', () => {
    expect(() => app.cli.group('all users')).toThrow('received "all users"')
  })
})

describe('a taken name throws an error', () => {
  test('for two commands', () => {
    app.cli.command('user <name>', 'Makes a user', nothing)
    expect(() => app.cli.command('user [id]', 'Shows a user', nothing)).toThrow(
      'The command "user [id]" (Shows a user) and the command "user <name>" are both named user.',
    )
  })

  test('for a command and a group', () => {
    app.cli.group('users')
    expect(() => app.cli.command('users', 'Lists them', nothing)).toThrow(
      'The command "users" (Lists them) and the group "users" are both named users.',
    )
    app.cli.command('posts', 'Lists them', nothing)
    expect(() => app.cli.group('posts')).toThrow('both named posts')
  })
})

describe('adding a command', () => {
  test('throws after the first request', async () => {
    const users = app.cli.group('users')
    await app.testClient().get('/')
    expect(() => app.cli.command('late', '', nothing)).toThrow(
      'app.cli.command(…) was called after',
    )
    expect(() => app.cli.group('late')).toThrow('app.cli.group(…) was called after')
    expect(() => users.command('late', '', nothing)).toThrow('app.cli.command(…) was called after')
  })

  test('to a blueprint throws after its registration', () => {
    const shop = new Blueprint('shop', import.meta.url)
    app.registerBlueprint(shop)
    expect(() => shop.cli.command('late', '', nothing)).toThrow('blueprint.cli.command(…)')
  })
})

describe('the commands of a blueprint', () => {
  let shop: Blueprint
  const names = (group: CommandGroup): string[] => [
    ...group.commands.keys(),
    ...[...group.groups.keys()].map((name) => `${name}/`),
  ]

  beforeEach(() => {
    shop = new Blueprint('shop', import.meta.url)
    shop.cli.command('stock', 'Counts', say('3 bottles'))
  })

  test('are in a group with the name of the blueprint', async () => {
    app.registerBlueprint(shop)
    expect(await outputOf('shop stock')).toBe('3 bottles\n')
    expect(names(app.cli)).toEqual(['shop/'])
  })

  test('are in a group with the name of the registration', async () => {
    app.registerBlueprint(shop)
    app.registerBlueprint(shop, { name: 'store' })
    expect(await outputOf('store stock')).toBe('3 bottles\n')
    expect(names(app.cli)).toEqual(['shop/', 'store/'])
  })

  test('are in the group that cliGroup of the registration names', async () => {
    app.registerBlueprint(shop, { cliGroup: 'other' })
    expect(await outputOf('other stock')).toBe('3 bottles\n')
    expect(names(app.cli)).toEqual(['other/'])
  })

  test('are in the group that cliGroup of the blueprint names', async () => {
    const bar = new Blueprint('bar', import.meta.url, { cliGroup: 'other' })
    bar.cli.command('open', 'Opens', say('Welcome'))
    app.registerBlueprint(bar)
    expect(await outputOf('other open')).toBe('Welcome\n')
  })

  test('are at the top level if cliGroup is null', async () => {
    app.cli.group('admin').command('one', '', nothing)
    shop.cli.group('admin').command('two', '', nothing)
    app.registerBlueprint(shop, { cliGroup: null })
    app.registerBlueprint(shop, { name: 'again', cliGroup: null })
    expect(await outputOf('stock')).toBe('3 bottles\n')
    expect(names(app.cli)).toEqual(['stock', 'admin/'])
    expect(names(app.cli.group('admin'))).toEqual(['one', 'two'])
  })

  test('throw an error that names both commands if the app has the same name', () => {
    app.cli.command('stock <shelf>', 'Fills it', nothing)
    expect(() => app.registerBlueprint(shop, { cliGroup: null })).toThrow(
      'The command "stock" (Counts) and the command "stock <shelf>" are both named stock.',
    )
  })

  test('have no group if there are none', () => {
    app.registerBlueprint(new Blueprint('quiet', import.meta.url))
    expect(names(app.cli)).toEqual([])
  })

  test('are in the group of the outer blueprint if the blueprint is nested', async () => {
    const outer = new Blueprint('outer', import.meta.url)
    outer.registerBlueprint(shop)
    outer.registerBlueprint(shop, { name: 'flat', cliGroup: null })
    app.registerBlueprint(outer)
    expect(await outputOf('outer shop stock')).toBe('3 bottles\n')
    expect(await outputOf('outer stock')).toBe('3 bottles\n')
  })

  test('have the description of the blueprint’s group', () => {
    shop.cli.description = 'All about the shop'
    app.registerBlueprint(shop)
    expect(app.cli.group('shop').description).toBe('All about the shop')
  })
})
