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

/** What the app says to these words. */
async function said(words: string): Promise<string> {
  return (await app.testCliRunner().invoke(words.split(' '))).output
}

describe('Custom commands: groups', () => {
  test('have their own commands and groups', async () => {
    const users = app.cli.group('users', 'All about users')
    users.command('list', 'Lists them', say('ada, bob'))
    users.group('roles').command('list', 'Lists their roles', say('reader'))
    expect(await said('users list')).toBe('ada, bob\n')
    expect(await said('users roles list')).toBe('reader\n')
  })

  test('are made once', () => {
    const users = app.cli.group('users', 'All about users')
    expect(app.cli.group('users')).toBe(users)
    expect(users.description).toBe('All about users')
  })

  test('have a name that can be typed', () => {
    expect(() => app.cli.group('all users')).toThrow('"all users" does not begin with the name')
  })
})

describe('Custom commands: a name is given once', () => {
  test('two commands', () => {
    app.cli.command('user <name>', 'Makes a user', nothing)
    expect(() => app.cli.command('user [id]', 'Shows a user', nothing)).toThrow(
      'The command "user [id]" (Shows a user) and the command "user <name>" are both called user.',
    )
  })

  test('a command and a group', () => {
    app.cli.group('users')
    expect(() => app.cli.command('users', 'Lists them', nothing)).toThrow(
      'The command "users" (Lists them) and the group "users" are both called users.',
    )
    app.cli.command('posts', 'Lists them', nothing)
    expect(() => app.cli.group('posts')).toThrow('both called posts')
  })
})

describe('Setup lock', () => {
  test('nothing is added after the first request', async () => {
    const users = app.cli.group('users')
    await app.testClient().get('/')
    expect(() => app.cli.command('late', '', nothing)).toThrow(
      'app.cli.command(…) was called after',
    )
    expect(() => app.cli.group('late')).toThrow('app.cli.group(…) was called after')
    expect(() => users.command('late', '', nothing)).toThrow('app.cli.command(…) was called after')
  })

  test('nothing is added to a blueprint after its registration', () => {
    const shop = new Blueprint('shop', import.meta.url)
    app.registerBlueprint(shop)
    expect(() => shop.cli.command('late', '', nothing)).toThrow('blueprint.cli.command(…)')
  })
})

describe('CLI group per blueprint', () => {
  let shop: Blueprint
  const names = (group: CommandGroup): string[] => [
    ...group.commands.keys(),
    ...[...group.groups.keys()].map((name) => `${name}/`),
  ]

  beforeEach(() => {
    shop = new Blueprint('shop', import.meta.url)
    shop.cli.command('stock', 'Counts', say('3 bottles'))
  })

  test("is called after the blueprint's name", async () => {
    app.registerBlueprint(shop)
    expect(await said('shop stock')).toBe('3 bottles\n')
    expect(names(app.cli)).toEqual(['shop/'])
  })

  test('is called after the name of the registration', async () => {
    app.registerBlueprint(shop)
    app.registerBlueprint(shop, { name: 'store' })
    expect(await said('store stock')).toBe('3 bottles\n')
    expect(names(app.cli)).toEqual(['shop/', 'store/'])
  })

  test('is called otherwise by cliGroup', async () => {
    app.registerBlueprint(shop, { cliGroup: 'other' })
    expect(await said('other stock')).toBe('3 bottles\n')
    expect(names(app.cli)).toEqual(['other/'])
  })

  test('cliGroup may be said when the blueprint is made', async () => {
    const bar = new Blueprint('bar', import.meta.url, { cliGroup: 'other' })
    bar.cli.command('open', 'Opens', say('Welcome'))
    app.registerBlueprint(bar)
    expect(await said('other open')).toBe('Welcome\n')
  })

  test("null merges them into the app's", async () => {
    app.cli.group('admin').command('one', '', nothing)
    shop.cli.group('admin').command('two', '', nothing)
    app.registerBlueprint(shop, { cliGroup: null })
    app.registerBlueprint(shop, { name: 'again', cliGroup: null })
    expect(await said('stock')).toBe('3 bottles\n')
    expect(names(app.cli)).toEqual(['stock', 'admin/'])
    expect(names(app.cli.group('admin'))).toEqual(['one', 'two'])
  })

  test("a command of the app's name is an error that names both", () => {
    app.cli.command('stock <shelf>', 'Fills it', nothing)
    expect(() => app.registerBlueprint(shop, { cliGroup: null })).toThrow(
      'The command "stock" (Counts) and the command "stock <shelf>" are both called stock.',
    )
  })

  test('is not there without commands', () => {
    app.registerBlueprint(new Blueprint('quiet', import.meta.url))
    expect(names(app.cli)).toEqual([])
  })

  test("of a nested blueprint is within the outer one's", async () => {
    const outer = new Blueprint('outer', import.meta.url)
    outer.registerBlueprint(shop)
    outer.registerBlueprint(shop, { name: 'flat', cliGroup: null })
    app.registerBlueprint(outer)
    expect(await said('outer shop stock')).toBe('3 bottles\n')
    expect(await said('outer stock')).toBe('3 bottles\n')
  })

  test('has the description that the blueprint gives', () => {
    shop.cli.description = 'All about the shop'
    app.registerBlueprint(shop)
    expect(app.cli.group('shop').description).toBe('All about the shop')
  })
})
