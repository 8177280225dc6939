import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { blocksOf } from './page.ts'
import { play, playedOf, typeFaults } from './play.ts'
import { Stage } from './stage.ts'

/** Runs a page from its text. */
async function playText(...lines: string[]): Promise<string> {
  const blocks = playedOf(blocksOf(lines.join('\n')))
  const stage = await Stage.set('docs/text.md')
  try {
    for (const block of blocks) await play(stage, block, blocks)
    return await typeFaults(stage, blocks)
  } finally {
    await stage.strike()
    expect(existsSync(stage.path)).toBe(false)
  }
}

const server = [
  '```js',
  '// file: server.js',
  "import { createServer } from 'node:http'",
  "const server = createServer((request, response) => response.end('Hello\\n'))",
  "server.listen(8000, () => console.log('on http://127.0.0.1:8000'))",
  '```',
]

describe('a page', { timeout: 60_000 }, () => {
  test('can write files, run them, and check their output', async () => {
    const page = [
      ['```ts', '// file: part.ts', "export const name: string = 'Ada'", '```'],
      ['```ts', "import { name } from './part.ts'", 'if (name.length !== 3) throw name', '```'],
      [
        '```sh',
        `$ echo "import './part.ts'; console.log(8000)" > main.ts`,
        '$ tsx main.ts',
        '8000',
        '```',
      ],
      ['```html', '<!-- file: templates/a.html -->', '<p>', '```'],
      ['```sh', 'test -f templates/a.html', '```'],
    ]
    expect(await playText(...page.flat())).toBe('')
  })

  test('can start a server, which is stopped at the end of the page', async () => {
    const start = ['```sh server', 'node server.js', '```']
    const ask = ['```js', "const response = await fetch('http://127.0.0.1:8000')"]
    const judge = ["if ((await response.text()) !== 'Hello\\n') throw response", '```']
    expect(await playText(...server, ...start, ...ask, ...judge)).toBe('')
  })

  test('can exclude a block with no-run', async () => {
    expect(await playText('```sh no-run: it fails', 'false', '```')).toBe('')
  })

  test.for([
    ['a block that throws an error', ['```js', "throw new Error('boom')", '```'], /boom/],
    [
      'a named block that throws an error',
      ['```js', '// file: a.js', "throw new Error('boom')", '```'],
      /boom/,
    ],
    [
      'a block with an unhandled rejection',
      ['```js', "void Promise.reject(new Error('lost'))", '```'],
      /lost/,
    ],
    ['a missing module', ['```ts', "import 'nowhere'", '```'], /nowhere/],
    ['a failing command', ['```sh', 'false', '```'], /false ended with 1/],
    ['wrong output', ['```sh', '$ echo a', 'b', '```'], /printed:\na\n\nexpected:\nb/],
    ['a server that exits', ['```sh server', 'echo no', '```'], /the server ended: echo no\nno/],
  ] as const)('fails on %s', async ([, lines, fault]) => {
    await expect(playText(...lines)).rejects.toThrow(fault)
  })

  test('fails on a type error', async () => {
    expect(await playText('```ts', 'export const x: number = String(1)', '```')).toMatch(/TS2322/)
  })
})
