import { expect, test } from 'vitest'
import { limitsOf } from '../../../packages/server/src/settings/limits.ts'
import { readSettings } from '../../../packages/server/src/settings/read.ts'
import { defaultLimits } from '../../../packages/server/src/transport.ts'

test('without settings the limits are the defaults', async () => {
  expect(limitsOf(await readSettings(['app'], {}))).toEqual(defaultLimits)
})

test('each is told by its option', async () => {
  const settings = await readSettings(['--limit-request-body', '7', '--keep-alive', '3', 'app'], {})
  expect(limitsOf(settings)).toEqual({ ...defaultLimits, body: 7, keepAlive: 3 })
})
