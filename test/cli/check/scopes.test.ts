import { type CallExpression, parseSync, Visitor } from 'oxc-parser'
import { expect, test } from 'vitest'
import { Scopes } from '../../../packages/cli/src/check/scopes.ts'

/** Reports for each call `x()` in the code whether `x` is declared in an enclosing scope. */
function declared(code: string, skipped = 0): boolean[] {
  const scopes = new Scopes(skipped)
  const found: boolean[] = []
  const CallExpression = ({ callee }: CallExpression): void => {
    if (callee.type === 'Identifier') found.push(scopes.find(callee.name) !== undefined)
  }
  new Visitor({ ...scopes.visitor(), CallExpression }).visit(parseSync('a.ts', code).program)
  return found
}

test('a name is declared within its scope, and not after it', () => {
  expect(declared('x(); { const x = 1; x() } x()')).toEqual([false, true, false])
  expect(declared('export const x = 1; x()')).toEqual([true])
  expect(declared('export function x() {} x()')).toEqual([true])
  expect(declared("import { x } from 'a'; x()")).toEqual([false])
})

test('destructured parameters declare their names, but not their keys', () => {
  expect(declared('({ x: y }) => x()')).toEqual([false])
  expect(declared('({ y: x }) => x()')).toEqual([true])
  expect(declared('class A { constructor(private x: B) { x() } }')).toEqual([true])
})

test('skipped outer scopes declare nothing', () => {
  const code = 'const x = 1; function f(x) { x(); { const x = 2; x() } }'
  expect(declared(code, 3)).toEqual([false, true])
})
