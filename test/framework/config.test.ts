import { expect, test } from 'vitest'
import { make } from './support.ts'

test('settings given stand beside the defaults', () => {
  const { config } = make({ config: { DEBUG: true, MINE: 1 } })
  expect(config).toMatchObject({ DEBUG: true, TESTING: false, MINE: 1, APPLICATION_ROOT: '/' })
})

test('each app has its own', () => {
  const [one, other] = [make(), make()]
  one.config.DEBUG = true
  expect(other.config.DEBUG).toBe(false)
})
