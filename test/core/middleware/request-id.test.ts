import { call, requestId, type RequestIdOptions, validator } from '@phial/core'
import { expect, test } from 'vitest'
import { bytes } from '../support/bytes.ts'
import { ok } from '../support/drive.ts'

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

/** The id that the client is told, and those that the application sees. */
async function ids(
  headers: Record<string, string> = {},
  options: RequestIdOptions = {},
  own?: string,
): Promise<unknown[]> {
  const { header = 'X-Request-ID' } = options
  let seen: unknown[] = []
  const app = requestId(options)(
    validator((environ, startResponse) => {
      const key = `HTTP_${header.toUpperCase().replaceAll('-', '_')}`
      seen = [environ['phial.request_id'], environ[key]]
      ok(startResponse, ...(own === undefined ? [] : [[header, own] as [string, string]]))
      return [bytes('')]
    }),
  )
  const answer = await call(validator(app), { headers })
  const told = answer.headers.filter(([name]) => name.toLowerCase() === header.toLowerCase())
  return [...told.map(([, value]) => value), ...seen]
}

test('a request without one gets a new one, which all see', async () => {
  const [told, ...seen] = await ids()
  expect(told).toMatch(UUID)
  expect(seen).toEqual([told, told])
  expect((await ids())[0]).not.toBe(told)
})

test('a proxy’s is kept', async () => {
  expect(await ids({ 'X-Request-ID': 'abc-1' })).toEqual(['abc-1', 'abc-1', 'abc-1'])
})

test.each(['a b', 'a\u00e9', '<script>', 'x'.repeat(201), '', 'a"b', 'a,b'])(
  '%j could not stand in a log as it is',
  async (given) => {
    const [told, ...seen] = await ids({ 'X-Request-ID': given })
    expect(told).toMatch(UUID)
    expect(seen).toEqual([told, told])
  },
)

test('may travel under another name', async () => {
  const header = 'X-Correlation-ID'
  expect(await ids({ [header]: 'abc' }, { header })).toEqual(['abc', 'abc', 'abc'])
  expect(() => requestId({ header: 'X_Request_ID' })).toThrow('Write the name with hyphens')
})

test('what the application tells the client stays', async () => {
  expect((await ids({}, {}, 'mine'))[0]).toBe('mine')
})
