import { call, GatewayError, rules } from '@phial/core'
import { expect, test } from 'vitest'
import { ruleOf } from '../../../../packages/framework/dist/errors/catalogue/gateway.js'

test('ruleOf finds a rule by its id, in upper or lower case', () => {
  expect(ruleOf('app-1')?.id).toBe('APP-1')
  expect(ruleOf('APP-999')).toBeUndefined()
  for (const { id } of rules) expect(ruleOf(id)?.id).toBe(id)
})

test('the code of a GatewayError is the id of the violated rule', async () => {
  const error: unknown = await call((_environ, startResponse) => {
    startResponse('200', [])
    return []
  }).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(GatewayError)
  expect(ruleOf((error as GatewayError).code)?.id).toBe((error as GatewayError).rule)
})
