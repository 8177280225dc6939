import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { blocksOf } from './page.ts'
import { play, playedOf, typeFaults } from './play.ts'
import { Stage } from './stage.ts'

/** Plays a page that is given as text. */
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
  test('may write files, run them, and show what they print', async () => {
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

  test('may start a server, which ends with the page', async () => {
    const start = ['```sh server', 'node server.js', '```']
    const ask = ['```js', "const response = await fetch('http://127.0.0.1:8000')"]
    const judge = ["if ((await response.text()) !== 'Hello\\n') throw response", '```']
    expect(await playText(...server, ...start, ...ask, ...judge)).toBe('')
  })

  test('may leave a block out', async () => {
    expect(await playText('```sh no-run: it fails', 'false', '```')).toBe('')
  })

  test.for([
    ['a block that throws', ['```js', "throw new Error('boom')", '```'], /boom/],
    [
      'a named block that throws',
      ['```js', '// file: a.js', "throw new Error('boom')", '```'],
      /boom/,
    ],
    [
      'a block that loses an error',
      ['```js', "void Promise.reject(new Error('lost'))", '```'],
      /lost/,
    ],
    ['a module that is missing', ['```ts', "import 'nowhere'", '```'], /nowhere/],
    ['a command that fails', ['```sh', 'false', '```'], /false ended with 1/],
    ['another output', ['```sh', '$ echo a', 'b', '```'], /printed:\na\n\nand not:\nb/],
    ['a server that ends', ['```sh server', 'echo no', '```'], /the server ended: echo no\nno/],
  ] as const)('fails on %s', async ([, lines, fault]) => {
    await expect(playText(...lines)).rejects.toThrow(fault)
  })

  test('fails on a wrong type', async () => {
    expect(await playText('```ts', 'export const x: number = String(1)', '```')).toMatch(/TS2322/)
  })
})
