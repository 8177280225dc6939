import { GatewayError, rules } from '@phial/core'
import { expect, test } from 'vitest'

test('its message begins with the rule’s id, then says what came, what has to hold and what to do', () => {
  const error = new GatewayError(
    { id: 'APP-0', text: 'Apps answer.', remedy: 'Answer.' },
    'the app was mute',
  )
  expect(error.message).toBe('APP-0: the app was mute. Apps answer. Answer.')
  expect(error.rule).toBe('APP-0')
})

test('it is an error by that name', () => {
  const [rule] = rules
  if (rule === undefined) throw new Error('There are no rules')
  const error = new GatewayError(rule, 'found')
  expect(error).toBeInstanceOf(Error)
  expect(String(error)).toMatch(/^GatewayError: ENV-1: found\./)
  expect(error.stack).toContain('GatewayError: ENV-1')
})
