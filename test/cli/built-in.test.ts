import { BUILT_IN } from 'phial/tools'
import { expect, test } from 'vitest'
import { builtIn } from '../../packages/cli/src/built-in.ts'

test('each command says what it does, in a line', () => {
  for (const { description } of builtIn.commands.values()) {
    expect(description).toMatch(/^[A-Z][^\n]{10,100}[^.]$/)
  }
})

test('are the commands that the package phial says it comes with', () => {
  expect([...builtIn.commands.keys()].sort()).toEqual(BUILT_IN)
})
