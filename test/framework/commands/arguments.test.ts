import fc from 'fast-check'
import { type CommandOptions, Phial, type TestCliResult } from 'phial'
import { describe, expect, test } from 'vitest'

/** Returns the values that a command receives for these arguments. */
async function parse(
  signature: string,
  options: CommandOptions,
  args: readonly string[],
): Promise<{ values: unknown; result: TestCliResult }> {
  const app = new Phial(import.meta.url)
  let values: unknown
  app.cli.command(`make ${signature}`, '', options, (parsed) => void (values = parsed))
  const result = await app.testCliRunner().invoke(['make', ...args])
  return { values, result }
}

const options = { '-a, --admin': '', '-r, --role <role>': '', '-t, --tag <tag...>': '' }
const none = { admin: false, role: undefined, tag: [] }

describe('the values of a command', () => {
  test.each<[string, string[], object]>([
    ['<name>', ['ada'], { name: 'ada' }],
    ['[name]', [], { name: undefined }],
    ['<first> [others...]', ['a'], { first: 'a', others: [] }],
    ['<first> [others...]', ['a', 'b', 'c'], { first: 'a', others: ['b', 'c'] }],
    ['<user-name>', ['ada'], { userName: 'ada' }],
    ['', ['--admin'], { admin: true }],
    ['', ['-a', '-r', 'x'], { admin: true, role: 'x' }],
    ['', ['-ar', 'x'], { admin: true, role: 'x' }],
    ['', ['--role=x', '--role', 'y'], { role: 'y' }],
    ['', ['--role=-x'], { role: '-x' }],
    ['', ['--role='], { role: '' }],
    ['', ['--role', '-'], { role: '-' }],
    ['', ['-t', 'x', '--tag=y'], { tag: ['x', 'y'] }],
    ['<name>', ['--', '--help'], { name: '--help' }],
    ['<name>', ['-a', 'ada', '-t', 'x'], { name: 'ada', admin: true, tag: ['x'] }],
  ])('%s with the arguments %j', async (signature, args, expected) => {
    expect((await parse(signature, options, args)).values).toEqual({ ...none, ...expected })
  })

  test('are the text of the arguments, without conversion', async () => {
    const text = fc.string().filter((arg) => !arg.startsWith('-'))
    const some = fc.oneof(text, fc.constantFrom('010', '1e3', 'true', 'null', '__proto__'))
    await fc.assert(
      fc.asyncProperty(some, some, async (name, role) => {
        const { values } = await parse('<name>', options, [name, '--role', role])
        expect(values).toEqual({ ...none, name, role })
      }),
    )
  })
})

describe('invalid arguments print the reason, with exit code 2', () => {
  test.each<[string, string[], string]>([
    ['<name>', [], 'make requires <name>.'],
    ['<a> <b...>', ['x'], 'make requires <b...>.'],
    ['<name>', ['ada', 'bob'], 'Expected only <name> for make, received the extra argument "bob".'],
    ['', ['ada'], 'Expected no arguments for make, received the extra argument "ada".'],
    ['', ['--amin'], 'make has no option --amin. Did you mean --admin?'],
    ['', ['--constructor'], 'make has no option --constructor.'],
    ['', ['-x'], 'make has no option -x.'],
    ['<count>', ['-5'], 'make has no option -5. To pass it as an argument, write -- before it.'],
    ['', ['--admin=yes'], '--admin does not take a value, received "yes".'],
    ['', ['--role'], '--role requires a value: --role <role>.'],
    ['', ['-r', '--admin'], '-r requires a value: -r <role>.'],
  ])('%s with the arguments %j', async (signature, args, message) => {
    const { values, result } = await parse(signature, options, args)
    expect(values).toBeUndefined()
    expect(result).toMatchObject({ exitCode: 2, stdout: '' })
    expect(result.stderr.startsWith(message)).toBe(true)
    expect(result.stderr).toContain(`\n\nUsage: phial make [options]`)
  })
})
