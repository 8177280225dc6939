import { addVary, asApplication, call, Headers, type HeaderList, onHeaders } from '@phial/core'
import { describe, expect, test } from 'vitest'
import { bytes } from '../support/bytes.ts'
import { wrongly } from '../support/breaches.ts'

describe('onHeaders', () => {
  test('changes a copy of the application’s list', async () => {
    const list: HeaderList = [['Content-Type', 'text/plain']]
    const app = asApplication((environ, startResponse) => {
      const start = onHeaders(startResponse, (headers, status) => headers.set('X-Status', status))
      start('200 OK', list)
      return [bytes(environ.PATH_INFO)]
    })
    const { headers } = await call(app)
    expect(headers).toEqual([['Content-Type', 'text/plain'], ['X-Status', '200 OK'], ['Content-Length', '1']]) // prettier-ignore
    expect(list).toEqual([['Content-Type', 'text/plain']])
  })

  test('passes a value that is not a list on, so that the server rejects it', async () => {
    const app = asApplication((_environ, startResponse) => {
      onHeaders(startResponse, () => undefined)('200 OK', wrongly<HeaderList>({ a: 'b' }))
      return []
    })
    await expect(call(app)).rejects.toThrow(/^APP-\d+/)
  })
})

test.each<[HeaderList, string | undefined]>([
  [[], 'Origin'],
  [[['Vary', 'Cookie']], 'Cookie | Origin'],
  [[['vary', 'Cookie, origin']], 'Cookie, origin'],
  [[['Vary', 'Cookie'], ['Vary', 'ORIGIN']], 'Cookie | ORIGIN'],
  [[['Vary', '*']], '*'],
])('addVary to %j', (list, expected) => {
  const headers = new Headers(list)
  addVary(headers, 'Origin')
  expect(headers.getAll('vary').join(' | ')).toBe(expected)
}) // prettier-ignore
