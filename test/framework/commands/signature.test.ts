import { type CommandOptions, type CommandValues, Phial } from 'phial'
import { describe, expect, expectTypeOf, test } from 'vitest'

const app = new Phial(import.meta.url)
const nothing = (): void => undefined
const declare = (signature: string, options: CommandOptions = {}): void =>
  app.cli.command(signature, 'Does nothing', options, nothing)

describe('the values that an action receives have types', () => {
  test('for arguments', () => {
    type Values = CommandValues<'send <from-address> [subject] [others...]'>
    expectTypeOf<Values['fromAddress']>().toEqualTypeOf<string>()
    expectTypeOf<Values['subject']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<Values['others']>().toEqualTypeOf<string[]>()
    expectTypeOf<keyof Values>().toEqualTypeOf<'fromAddress' | 'subject' | 'others'>()
  })

  test('for options', () => {
    const app = new Phial(import.meta.url)
    app.cli.command(
      'create-user <names...>',
      'Makes users',
      {
        '-n, --dry-run': 'change nothing',
        '--role <role>': 'the role',
        '-t, --tag <tag...>': 'tags',
      },
      (values) => {
        expectTypeOf(values.names).toEqualTypeOf<string[]>()
        expectTypeOf(values.dryRun).toEqualTypeOf<boolean>()
        expectTypeOf(values.role).toEqualTypeOf<string | undefined>()
        expectTypeOf(values.tag).toEqualTypeOf<string[]>()
        // @ts-expect-error: the option does not exist
        return values.admin
      },
    )
    expect(app.cli.commands.get('create-user')?.signature).toMatchObject({
      args: [{ key: 'names', isRequired: true, isList: true }],
      options: [
        { key: 'dryRun', name: 'dry-run', short: 'n', value: undefined, isList: false },
        { key: 'role', name: 'role', short: undefined, value: '<role>', isList: false },
        { key: 'tag', name: 'tag', short: 't', value: '<tag...>', isList: true },
      ],
    })
  })
})

describe('an invalid signature throws an error with the expected form', () => {
  test.each([
    ['', /Expected the name of a command first, as in 'create-user <name>', received ""/],
    ['<name>', /received "<name>"/],
    ['--make', /received "--make"/],
    ['make name', /Expected an argument in the command "make name", received "name". Write <name>/],
    ['make :name', /received ":name"/],
    ['make <name]', /received "<name\]"/],
    ['make <a--b>', /Expected an argument/],
    ['make --admin', /Pass options separately/],
    ['make [a] <b>', /<b> in the command .* comes after \[a\], which is optional/],
    ['make <a...> [b]', /\[b\] .* comes after <a\.\.\.>, which takes all remaining arguments/],
    ['make <user-name> [userName]', /<user-name> and \[userName\] .* are both named userName/],
  ])('for %j', (signature, message) => {
    expect(() => declare(signature)).toThrow(message)
    expect(() => declare(signature)).toThrow(RangeError)
  })

  test.each([
    [
      ['admin'],
      /Expected an option of the command "make <name>", received "admin". Write '--admin'/,
    ],
    [['-a'], /Expected an option/],
    [['--role role'], /Expected an option/],
    [['--role [role]'], /Expected an option/],
    [['-ab, --admin'], /Expected an option/],
    [['--help'], /"--help" .* is reserved/],
    [['-h, --host <host>'], /"-h, --host <host>" .* is reserved/],
    [['--name <name>'], /<name> and --name <name> .* are both named name/],
    [['-a, --admin', '-a, --all'], /-a, --admin and -a, --all .* are both named -a/],
  ])('for %j', (options, message) => {
    const all = Object.fromEntries(options.map((text) => [text, '']))
    expect(() => declare('make <name>', all)).toThrow(message)
  })
})
