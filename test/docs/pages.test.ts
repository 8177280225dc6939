import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { files, read } from '../house/workspace.ts'
import { FIRST_SITE } from './first-site.ts'
import { isChapter } from './learn.ts'
import { blocksOf, excuseOf } from './page.ts'
import { isCode, play, playedOf, typeFaults } from './play.ts'
import { Stage } from './stage.ts'

/** `learn.test.ts` runs the tutorial's chapters, and `first-site.test.ts` the guide's first page. */
const pages = files('.', '.md').map((path) => ({ path, blocks: blocksOf(read(path)) }))

const played = pages
  .filter(({ path }) => !isChapter(path) && path !== FIRST_SITE)
  .map(({ path, blocks }) => ({ path, blocks: playedOf(blocks) }))
  .filter(({ blocks }) => blocks.length > 0)

describe.for(played)('$path', { timeout: 60_000 }, ({ path, blocks }) => {
  let stage: Stage
  beforeAll(async () => {
    stage = await Stage.set(path)
  })
  afterAll(() => stage.strike())

  for (const block of blocks)
    test(`line ${block.line}: ${block.language} ${block.file ?? ''}`, () =>
      play(stage, block, blocks))

  test('has no type errors', async () => {
    expect(await typeFaults(stage, blocks)).toBe('')
  })
})

test('every block that is not run has a reason, and there are at most twelve', () => {
  const excused = pages.flatMap(({ path, blocks }) =>
    blocks.filter(isCode).flatMap((block) => {
      const excuse = excuseOf(block)
      return excuse === undefined ? [] : [{ at: `${path}:${block.line}`, excuse }]
    }),
  )
  expect(excused.filter(({ excuse }) => excuse === '')).toEqual([])
  expect(excused.length).toBeLessThanOrEqual(12)
})
