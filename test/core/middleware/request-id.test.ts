import { call, requestId, type RequestIdOptions, validator } from '@phial/core'
import { expect, test } from 'vitest'
import { bytes } from '../support/bytes.ts'
import { ok } from '../support/drive.ts'

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

/** Returns the id in the response, and those in the environ. */
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
  const sent = answer.headers.filter(([name]) => name.toLowerCase() === header.toLowerCase())
  return [...sent.map(([, value]) => value), ...seen]
}

test('creates an id for a request without one', async () => {
  const [sent, ...seen] = await ids()
  expect(sent).toMatch(UUID)
  expect(seen).toEqual([sent, sent])
  expect((await ids())[0]).not.toBe(sent)
})

test('keeps the id of a proxy', async () => {
  expect(await ids({ 'X-Request-ID': 'abc-1' })).toEqual(['abc-1', 'abc-1', 'abc-1'])
})

test.each(['a b', 'a\u00e9', '<script>', 'x'.repeat(201), '', 'a"b', 'a,b'])(
  'replaces %j, which is unsafe in a log',
  async (given) => {
    const [sent, ...seen] = await ids({ 'X-Request-ID': given })
    expect(sent).toMatch(UUID)
    expect(seen).toEqual([sent, sent])
  },
)

test('uses the configured header, and throws for a name that servers drop', async () => {
  const header = 'X-Correlation-ID'
  expect(await ids({ [header]: 'abc' }, { header })).toEqual(['abc', 'abc', 'abc'])
  expect(() => requestId({ header: 'X_Request_ID' })).toThrow('Write the name with hyphens')
})

test('keeps the response header of the application', async () => {
  expect((await ids({}, {}, 'mine'))[0]).toBe('mine')
})
