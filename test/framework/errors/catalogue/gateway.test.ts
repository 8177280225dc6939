import { call, GatewayError, rules } from '@phial/core'
import { expect, test } from 'vitest'
import { ruleOf } from '../../../../packages/framework/dist/errors/catalogue/gateway.js'

test('a rule is found by its id, in any case', () => {
  expect(ruleOf('app-1')?.id).toBe('APP-1')
  expect(ruleOf('APP-999')).toBeUndefined()
  for (const { id } of rules) expect(ruleOf(id)?.id).toBe(id)
})

test('a broken rule’s id is the code of its error', async () => {
  const error: unknown = await call((_environ, startResponse) => {
    startResponse('200', [])
    return []
  }).catch((raised: unknown) => raised)
  expect(error).toBeInstanceOf(GatewayError)
  expect(ruleOf((error as GatewayError).code)?.id).toBe((error as GatewayError).rule)
})
