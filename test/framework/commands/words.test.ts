import fc from 'fast-check'
import { type CommandOptions, Phial, type TestCliResult } from 'phial'
import { describe, expect, test } from 'vitest'

/** What a command gets of these words. */
async function read(
  signature: string,
  options: CommandOptions,
  words: readonly string[],
): Promise<{ values: unknown; result: TestCliResult }> {
  const app = new Phial(import.meta.url)
  let values: unknown
  app.cli.command(`make ${signature}`, '', options, (given) => void (values = given))
  const result = await app.testCliRunner().invoke(['make', ...words])
  return { values, result }
}

const options = { '-a, --admin': '', '-r, --role <role>': '', '-t, --tag <tag...>': '' }
const none = { admin: false, role: undefined, tag: [] }

describe('Custom commands: values', () => {
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
  ])('%s of %j', async (signature, words, expected) => {
    expect((await read(signature, options, words)).values).toEqual({ ...none, ...expected })
  })

  test('stay the text that was typed', async () => {
    const text = fc.string().filter((word) => !word.startsWith('-'))
    const some = fc.oneof(text, fc.constantFrom('010', '1e3', 'true', 'null', '__proto__'))
    await fc.assert(
      fc.asyncProperty(some, some, async (name, role) => {
        const { values } = await read('<name>', options, [name, '--role', role])
        expect(values).toEqual({ ...none, name, role })
      }),
    )
  })
})

describe('Custom commands: words that a command does not take end with 2, and say why', () => {
  test.each<[string, string[], string]>([
    ['<name>', [], 'make requires <name>.'],
    ['<a> <b...>', ['x'], 'make requires <b...>.'],
    ['<name>', ['ada', 'bob'], 'make takes <name>, so "bob" is one argument too many.'],
    ['', ['ada'], 'make takes no arguments, so "ada" is one argument too many.'],
    ['', ['--amin'], 'make has no option --amin. Did you mean --admin?'],
    ['', ['--constructor'], 'make has no option --constructor.'],
    ['', ['-x'], 'make has no option -x.'],
    ['<count>', ['-5'], 'make has no option -5. To pass it as an argument, write -- before it.'],
    ['', ['--admin=yes'], '--admin does not take a value, received "yes".'],
    ['', ['--role'], '--role needs a value: --role <role>.'],
    ['', ['-r', '--admin'], '-r needs a value: -r <role>.'],
  ])('%s of %j', async (signature, words, message) => {
    const { values, result } = await read(signature, options, words)
    expect(values).toBeUndefined()
    expect(result).toMatchObject({ exitCode: 2, stdout: '' })
    expect(result.stderr.startsWith(message)).toBe(true)
    expect(result.stderr).toContain(`\n\nUsage: phial make [options]`)
  })
})
