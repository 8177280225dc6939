import { afterAll, beforeAll, describe, test } from 'vitest'
import { read } from '../house/workspace.ts'
import { FIRST_SITE, follow } from './first-site.ts'
import { blocksOf } from './page.ts'
import { playedOf } from './play.ts'
import { Stage } from './stage.ts'

const isReal = process.env['PHIAL_SLOW'] !== undefined
const blocks = playedOf(blocksOf(read(FIRST_SITE)))

describe(FIRST_SITE, { timeout: isReal ? 300_000 : 60_000 }, () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await Stage.empty()
  })
  afterAll(() => stage.strike())

  for (const block of blocks)
    test(`line ${block.line}: ${block.file ?? block.code.split('\n')[0] ?? ''}`, () =>
      follow(stage, block, blocks, isReal))
})
