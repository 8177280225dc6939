import { call, GatewayError, rules, validator, type Application } from '@phial/core'
import { describe, expect, test } from 'vitest'
import { badApplications, goodEnviron, TEXT, writesLate } from '../support/breaches.ts'
import { bytes } from '../support/bytes.ts'

const byDriver = new Set(rules.filter(({ by }) => by === 'driver').map(({ id }) => id))

async function breach(app: Application): Promise<unknown> {
  try {
    await call(app)
  } catch (error) {
    return error instanceof GatewayError ? error.rule : error
  }
  return 'no breach'
}

describe('the validator rejects an application', () => {
  test.each(badApplications)('%s that %s', async (rule, _what, app) => {
    expect(await breach(validator(app))).toBe(rule)
  })
})

describe('every server rejects an application', () => {
  test.each(badApplications.filter(([rule]) => byDriver.has(rule)))(
    '%s that %s',
    async (rule, _what, app) => {
      expect(await breach(app)).toBe(rule)
    },
  )

  test('APP-20 that calls write after the end', async () => {
    await expect(writesLate()).rejects.toThrow(/^APP-20: /)
  })
})

test('an error has the rule, the breach, the text and the remedy', async () => {
  const app: Application = (_environ, startResponse) => {
    startResponse('200 OK', [TEXT, ['Connection', 'close']])
    return []
  }
  await expect(call(app)).rejects.toThrow(
    /^APP-7: the application set Connection\. Only the server .*\. Remove the header\. /,
  )
})

test('accepts 204 without Content-Type, and HEAD without the declared bytes', async () => {
  const empty: Application = (_environ, startResponse) => {
    startResponse('204 No Content', [])
    return []
  }
  const short: Application = (_environ, startResponse) => {
    startResponse('200 OK', [TEXT, ['Content-Length', '9']])
    return [bytes('')]
  }
  expect(await breach(validator(empty))).toBe('no breach')
  await expect(call(validator(short), { method: 'HEAD' })).resolves.toMatchObject({
    statusCode: 200,
  })
  expect(goodEnviron()['REQUEST_METHOD']).toBe('GET')
})
