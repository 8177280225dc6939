import { BUILT_IN } from 'phial/tools'
import { expect, test } from 'vitest'
import { builtIn } from '../../packages/cli/src/built-in.ts'

test('each command has a description of one line', () => {
  for (const { description } of builtIn.commands.values()) {
    expect(description).toMatch(/^[A-Z][^\n]{10,100}[^.]$/)
  }
})

test('the commands are those that the package phial announces', () => {
  expect([...builtIn.commands.keys()].sort()).toEqual(BUILT_IN)
})
