import { call, type Application } from '@phial/core'
import { expect, test } from 'vitest'
import { wrongly } from '../support/breaches.ts'

class Page {
  title = 'Home'
}

test.each([
  ['hello', 'a string ("hello")'],
  ['x'.repeat(80), `a string ("${'x'.repeat(57)}…")`],
  [null, 'null'],
  [undefined, 'undefined'],
  [7, 'a number (7)'],
  [true, 'a boolean (true)'],
  [10n, 'a bigint (10)'],
  [Symbol('x'), 'a symbol'],
  [hello, 'a function (hello)'],
  [() => undefined, 'a function (anonymous)'],
  [[1, 2], 'an array of 2'],
  [{ a: 1 }, 'a plain object'],
  [Object.create(null), 'a plain object'],
  [new Page(), 'an object (Page)'],
  [new Map(), 'a Map'],
  [Promise.resolve(), 'a Promise'],
  [new Error('x'), 'an Error'],
  [new Uint8Array(1), 'a Uint8Array'],
  [new ArrayBuffer(1), 'an ArrayBuffer'],
])('an error describes the received value %o', async (chunk, named) => {
  const app: Application = (_environ, startResponse) => {
    startResponse(wrongly(chunk), [])
    return []
  }
  await expect(call(app)).rejects.toThrow(`APP-3: the status is ${named}. `)
})

function hello(): undefined {
  return undefined
}
