import { call, rateLimit } from '@phial/core'
import { describe, expect, test } from 'vitest'
import { bytes } from '../support/bytes.ts'
import { ok } from '../support/drive.ts'

/** Whether two addresses are counted as one client. */
async function areOne(one: string, other: string): Promise<boolean> {
  const app = rateLimit({ limit: 1 })((_environ, startResponse) => {
    ok(startResponse)
    return [bytes('')]
  })
  await call(app, { environ: { REMOTE_ADDR: one } })
  return (await call(app, { environ: { REMOTE_ADDR: other } })).statusCode === 429
}

describe('one client', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:5000', '203.0.113.7:5001'],
    ['203.0.113.7', '::ffff:203.0.113.7'],
    ['203.0.113.7', '::FFFF:203.0.113.7'],
    ['2001:db8::1', '2001:db8::2'],
    ['2001:db8::1', '2001:0db8:0000:0000:ffff:0:0:1'],
    ['2001:DB8:1:2:3:4:5:6', '2001:db8:1:2::'],
    ['2001:db8:1:2::9', '[2001:db8:1:2::]:443'],
    ['::1', '::2'],
    ['', ''],
    ['unknown', 'unknown'],
  ])('%s and %s', async (one, other) => {
    expect(await areOne(one, other)).toBe(true)
  })
})

describe('two clients', () => {
  test.each([
    ['203.0.113.7', '203.0.113.8'],
    ['::ffff:203.0.113.7', '::ffff:203.0.113.8'],
    ['2001:db8::1', '2001:db8:0:1::1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:3:3:4:5:6'],
    ['fe80::1', 'fe81::1'],
    ['1::', '::1'],
    ['unknown', 'other'],
  ])('%s and %s', async (one, other) => {
    expect(await areOne(one, other)).toBe(false)
  })
})
