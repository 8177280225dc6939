import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { files, read } from '../house/workspace.ts'
import { type Block, blocksOf, commandsOf, excuseOf, matches, standsAlone } from './page.ts'
import { Stage } from './stage.ts'

const isCode = ({ language }: Block): boolean => /^(ts|js|sh)$/.test(language)

const pages = files('.', '.md').map((path) => ({ path, blocks: blocksOf(read(path)) }))

/** Where a block that has no name is written. */
const fileOf = ({ file, line, language }: Block): string => file ?? `line-${line}.${language}`

async function playServer(stage: Stage, block: Block): Promise<void> {
  const commands = commandsOf(block)
  expect(commands, 'a server block holds one command').toHaveLength(1)
  await stage.serve(commands[0]?.command ?? '')
}

async function playShell(stage: Stage, block: Block): Promise<void> {
  for (const { command, expected } of commandsOf(block)) {
    const { output, code } = await stage.shell(command)
    if (expected === undefined) expect(code, `${command}\n${output}`).toBe(0)
    else if (!matches(output, expected)) expect(output, command).toBe(expected)
  }
}

async function play(stage: Stage, block: Block, page: Block[]): Promise<void> {
  if (block.language === 'sh' && block.file === undefined)
    return block.info === 'server' ? playServer(stage, block) : playShell(stage, block)
  await stage.write(fileOf(block), block.code)
  if (!/^(ts|js)$/.test(block.language) || !standsAlone(block, page)) return
  const { output, code } = await stage.run(fileOf(block))
  expect(code, output).toBe(0)
}

for (const { path, blocks } of pages) {
  const played = blocks.filter(
    (block) => (isCode(block) || block.file !== undefined) && excuseOf(block) === undefined,
  )
  if (played.length === 0) continue
  describe(path, { timeout: 60_000 }, () => {
    let stage: Stage
    beforeAll(async () => {
      stage = await Stage.set(path)
    })
    afterAll(() => stage.strike())

    test.for(played)('line $line: $language $file', (block) => play(stage, block, played))

    const typed = played.filter(({ language }) => language === 'ts')
    test.runIf(typed.length > 0)('the types are right', async () => {
      for (const block of typed) await stage.write(fileOf(block), block.code)
      const { output, code } = await stage.check(typed.map(fileOf))
      expect(code, output).toBe(0)
    })
  })
}

test('what is not run says why, and is rare', () => {
  const excused = pages.flatMap(({ path, blocks }) =>
    blocks.filter(isCode).flatMap((block) => {
      const excuse = excuseOf(block)
      return excuse === undefined ? [] : [{ at: `${path}:${block.line}`, excuse }]
    }),
  )
  expect(excused.filter(({ excuse }) => excuse === '')).toEqual([])
  expect(excused.length).toBeLessThanOrEqual(12)
})
