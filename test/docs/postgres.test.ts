import { afterAll, beforeAll, describe, test } from 'vitest'
import { read } from '../house/workspace.ts'
import { hasPostgres, type Postgres, startPostgres } from '../support/postgres.ts'
import { blocksOf } from './page.ts'
import { play, playedOf, run, runsAlone } from './play.ts'
import { Stage } from './stage.ts'

const PAGE = 'docs/guide/databases.md'
const blocks = playedOf(blocksOf(read(PAGE))).filter(
  ({ info, file = '' }) => info === 'postgres' || file.startsWith('pg/'),
)

describe.runIf(hasPostgres())(`${PAGE}, with PostgreSQL`, { timeout: 60_000 }, () => {
  let postgres: Postgres
  let stage: Stage
  beforeAll(async () => {
    postgres = await startPostgres()
    stage = await Stage.set(PAGE, true, { DATABASE_URL: postgres.url })
    await stage.install(['postgres'])
  }, 60_000)
  afterAll(async () => {
    await stage?.strike()
    await postgres?.stop()
  })

  for (const block of blocks)
    test(`line ${block.line}: ${block.language} ${block.file ?? ''}`, async () => {
      await play(stage, block, blocks)
      if (runsAlone(block, blocks)) await run(stage, block)
    })
})
