import { describe, expect, test } from 'vitest'
import { blocksOf, commandsOf, excuseOf, matches, standsAlone } from './page.ts'

const page = (...lines: string[]) => blocksOf(lines.join('\n'))

describe('blocks', () => {
  test('are parsed with their language, line number and file name', () => {
    expect(
      page('Text', '```ts', '// file: a/b.ts', 'x()', '```', '', '```sh server', 'run', '```'),
    ).toEqual([
      { language: 'ts', info: '', line: 4, file: 'a/b.ts', code: 'x()' },
      { language: 'sh', info: 'server', line: 8, code: 'run' },
    ])
  })

  test('may be indented, and may contain shorter fences', () => {
    expect(page('1. Do', '   ```js', '   x()', '     y()', '   ```')[0]?.code).toBe('x()\n  y()')
    expect(page('````md', '```ts', '```', '````')).toHaveLength(1)
  })

  test('are not run if they have a reason after no-run', () => {
    const [bare, why, none] = page(
      '```sh no-run',
      '```',
      '```sh no-run: it asks',
      '```',
      '```sh',
      '```',
    )
    expect([bare, why, none].map((block) => block && excuseOf(block))).toEqual([
      '',
      'it asks',
      undefined,
    ])
  })

  test.for(['phial-server hello:app', 'tsx hello.ts', "import './hello.ts'", 'phial-server hello'])(
    'a file is not run directly if a later block contains: %s',
    (later) => {
      const blocks = page('```ts', '// file: hello.ts', '```', '```sh', later, '```')
      expect(blocks.map((block) => standsAlone(block, blocks))).toEqual([false, true])
    },
  )

  test('a file that no later block uses is run directly', () => {
    const blocks = page('```ts', '// file: hello.ts', '```', '```sh', 'echo hello-world', '```')
    expect(blocks.map((block) => standsAlone(block, blocks))).toEqual([true, true])
  })
})

describe('commands', () => {
  const commands = (...lines: string[]) => page('```sh', ...lines, '```').flatMap(commandsOf)

  test('with a dollar have the lines below them as expected output', () => {
    expect(commands('$ echo a', 'a', '$ echo b \\', '  c', 'b c')).toEqual([
      { command: 'echo a', expected: 'a\n' },
      { command: 'echo b \\\n  c', expected: 'b c' },
    ])
  })

  test('without a dollar have no expected output', () => {
    expect(commands('a b   # says', '', '# nothing', 'c')).toEqual([
      { command: 'a b' },
      { command: 'c' },
    ])
  })
})

test.for([
  ['a\nb\n', 'a\nb', true],
  ['a  \nb', 'a\nb\n', true],
  ['a\nx\ny\nb', 'a\n…\nb', true],
  ['took 12 ms', 'took … ms', true],
  ['', '', true],
  ['a', '', false],
  ['a\nb', 'a', false],
  ['a\nb', 'a\n…', true],
  ['axb', 'a.b', false],
] as const)('%j matches %j: %s', ([actual, expected, verdict]) => {
  expect(matches(actual, expected)).toBe(verdict)
})
