import { GatewayError, rules } from '@phial/core'
import { expect, test } from 'vitest'

test('the message has the id, the breach, the text and the remedy', () => {
  const error = new GatewayError(
    { id: 'APP-0', text: 'Apps answer.', remedy: 'Answer.' },
    'the app was mute',
  )
  expect(error.message).toBe('APP-0: the app was mute. Apps answer. Answer.')
  expect(error.rule).toBe('APP-0')
})

test('is an Error named GatewayError', () => {
  const [rule] = rules
  if (rule === undefined) throw new Error('There are no rules')
  const error = new GatewayError(rule, 'found')
  expect(error).toBeInstanceOf(Error)
  expect(String(error)).toMatch(/^GatewayError: ENV-1: found\./)
  expect(error.stack).toContain('GatewayError: ENV-1')
})
