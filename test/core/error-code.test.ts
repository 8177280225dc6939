import { asApplication, withCode, dispatcher } from '@phial/core'
import { expect, test } from 'vitest'

test('withCode adds a code and keeps the class, message and stack', () => {
  const error = withCode('ERR_PHIAL_TEST_BODY', new RangeError('no'))
  expect(error).toBeInstanceOf(RangeError)
  expect(error).toMatchObject({ message: 'no', code: 'ERR_PHIAL_TEST_BODY' })
  expect(error.stack).toContain('error-code.test.ts')
})

test('a GatewayError has the id of its rule as code', () => {
  const app = (): never => {
    throw new Error('never called')
  }
  expect(() => dispatcher(app, { 'shop/': app })).toThrow(
    expect.objectContaining({ code: 'ERR_PHIAL_DISPATCHER_PREFIX' }),
  )
  expect(() => asApplication('Hello' as never)).toThrow(
    expect.objectContaining({ code: 'ERR_PHIAL_NOT_AN_APPLICATION' }),
  )
})
