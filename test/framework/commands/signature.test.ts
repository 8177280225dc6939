import { type CommandOptions, type CommandValues, Phial } from 'phial'
import { describe, expect, expectTypeOf, test } from 'vitest'

const app = new Phial(import.meta.url)
const nothing = (): void => undefined
const declare = (signature: string, options: CommandOptions = {}): void =>
  app.cli.command(signature, 'Does nothing', options, nothing)

describe('Custom commands: what an action gets has types', () => {
  test('arguments', () => {
    type Values = CommandValues<'send <from-address> [subject] [others...]'>
    expectTypeOf<Values['fromAddress']>().toEqualTypeOf<string>()
    expectTypeOf<Values['subject']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<Values['others']>().toEqualTypeOf<string[]>()
    expectTypeOf<keyof Values>().toEqualTypeOf<'fromAddress' | 'subject' | 'others'>()
  })

  test('options', () => {
    const app = new Phial(import.meta.url)
    app.cli.command(
      'create-user <names...>',
      'Makes users',
      { '-n, --dry-run': 'only say it', '--role <role>': 'which', '-t, --tag <tag...>': 'some' },
      (values) => {
        expectTypeOf(values.names).toEqualTypeOf<string[]>()
        expectTypeOf(values.dryRun).toEqualTypeOf<boolean>()
        expectTypeOf(values.role).toEqualTypeOf<string | undefined>()
        expectTypeOf(values.tag).toEqualTypeOf<string[]>()
        // @ts-expect-error: there is no such option
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

describe('Custom commands: a signature that cannot be read says how it is written', () => {
  test.each([
    ['', /"" does not begin with the name of a command/],
    ['<name>', /does not begin with the name/],
    ['--make', /does not begin with the name/],
    ['make name', /"name" in the command "make name" is not an argument. Write <name>/],
    ['make :name', /":name" in the command/],
    ['make <name]', /"<name\]" in the command/],
    ['make <a--b>', /is not an argument/],
    ['make --admin', /Pass options separately/],
    ['make [a] <b>', /<b> in the command .* comes after \[a\], which is optional/],
    ['make <a...> [b]', /\[b\] .* comes after <a\.\.\.>, which takes all remaining arguments/],
    ['make <user-name> [userName]', /<user-name> and \[userName\] .* are both called userName/],
  ])('%j', (signature, message) => {
    expect(() => declare(signature)).toThrow(message)
    expect(() => declare(signature)).toThrow(RangeError)
  })

  test.each([
    [['admin'], /"admin" of the command "make <name>" is not an option. Write '--admin'/],
    [['-a'], /is not an option/],
    [['--role role'], /is not an option/],
    [['--role [role]'], /is not an option/],
    [['-ab, --admin'], /is not an option/],
    [['--help'], /"--help" .* is reserved/],
    [['-h, --host <host>'], /"-h, --host <host>" .* is reserved/],
    [['--name <name>'], /<name> and --name <name> .* are both called name/],
    [['-a, --admin', '-a, --all'], /-a, --admin and -a, --all .* are both called -a/],
  ])('%j', (options, message) => {
    const all = Object.fromEntries(options.map((text) => [text, '']))
    expect(() => declare('make <name>', all)).toThrow(message)
  })
})
