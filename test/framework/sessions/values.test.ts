import { deepStrictEqual } from 'node:assert'
import fc from 'fast-check'
import { type Phial, request, session } from 'phial'
import { describe, expect, test } from 'vitest'
import { signedApp } from './support.ts'

/** Stores a value in a session, and returns it as read in the next request. */
async function roundTrip(value: unknown): Promise<unknown> {
  const app = signedApp()
  let found: unknown
  app.get('/write', () => {
    session['value'] = value
    return ''
  })
  app.get('/read', () => {
    found = session['value']
    return ''
  })
  const client = app.testClient()
  await client.get('/write')
  await client.get('/read')
  return found
}

function raising(value: unknown): Promise<unknown> {
  const app: Phial = signedApp({ PROPAGATE_EXCEPTIONS: true })
  app.get('/', () => {
    session['cart'] = [{ item: value }]
    return request.path
  })
  return app.testClient().get('/')
}

const storable = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((one) => !Object.is(one, -0)),
    fc.boolean(),
    fc.constant(null),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(
        fc.string(),
        fc.constantFrom('__proto__', 'constructor', ' date', '  date', ' map', ' '),
      ),
      tie('value'),
      { maxKeys: 3, noNullPrototype: true },
    ),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 }).map((list) => new Map(list)),
    fc.array(tie('value'), { maxLength: 3 }).map((list) => new Set(list)),
  ),
})).value

describe('values of a session', () => {
  test('may be JSON, Date, Uint8Array, Map and Set', async () => {
    const value = {
      date: new Date('2030-01-02T03:04:05.678Z'),
      bytes: new Uint8Array([0, 255, 7]),
      map: new Map<unknown, unknown>([[{ a: 1 }, new Set([1, 'b'])]]),
      list: [null, true, 1.5, 'é\u0000\uD800'],
      ' date': { ' date': 'no date' },
    }
    expect(await roundTrip(value)).toEqual(value)
  })

  test('may be nested under any name', async () => {
    const property = fc.asyncProperty(storable, async (value) => {
      deepStrictEqual(await roundTrip(value), value)
    })
    await fc.assert(property, { numRuns: 300 })
  })

  test('are omitted if they are undefined', async () => {
    expect(await roundTrip({ a: undefined, b: 1 })).toStrictEqual({ b: 1 })
  })

  test('throw with their path if they cannot be stored', async () => {
    class User {}
    const loop: unknown[] = []
    loop.push(loop)
    for (const [value, what] of [
      [new User(), 'an instance of User'],
      [() => 1, 'a function'],
      [1n, 'a bigint'],
      [Symbol('x'), 'a symbol'],
      [Number.NaN, 'NaN'],
      [Infinity, 'Infinity'],
      [new Date(Number.NaN), 'an invalid Date'],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop
      await expect(raising(value)).rejects.toThrow(
        `session.cart[0].item is ${what}, which cannot be stored in a session`,
      )
    }
    await expect(raising([undefined])).rejects.toThrow('session.cart[0].item[0] is undefined')
    await expect(raising(loop)).rejects.toThrow('item[0] is a circular reference')
  })

  test('may contain the same object twice', async () => {
    const shared = { a: 1 }
    expect(await roundTrip([shared, shared])).toEqual([shared, shared])
  })
})
