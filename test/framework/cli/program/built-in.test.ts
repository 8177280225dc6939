import { expect, test } from 'vitest'
import { builtIn } from '../../../../packages/framework/src/cli/program/built-in.ts'

test('each command says what it does, in a line', () => {
  expect([...builtIn.commands.keys()]).toEqual(expect.arrayContaining(['run', 'routes', 'shell']))
  for (const { description } of builtIn.commands.values()) {
    expect(description).toMatch(/^[A-Z][^\n]{10,100}[^.]$/)
  }
})
