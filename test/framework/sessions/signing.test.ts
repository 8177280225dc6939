import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { type Phial, session } from 'phial'
import { describe, expect, test } from 'vitest'
import { cookieOf, SECRET, signedApp } from './support.ts'

function visited(app: Phial): Phial {
  app.get('/write', () => {
    session['user'] = 'Ann'
    session['list'] = [1, 2, 3]
    return ''
  })
  app.get('/read', () => String(session['user']))
  return app
}

describe('an invalid signed cookie', () => {
  const app = visited(signedApp())
  const client = app.testClient({ validate: false, cookies: false })
  const read = async (cookie: string): Promise<unknown[]> => {
    const response = await client.get('/read', { headers: { cookie } })
    return [response.status, await response.text()]
  }

  test('is ignored if any byte is changed', async () => {
    const [cookie = ''] = cookieOf(await client.get('/write'))
    const value = cookie.slice('session='.length)
    expect(await read(cookie)).toEqual([200, 'Ann'])
    for (let at = 0; at < value.length; at += 1) {
      for (const other of ['A', 'B', '.', '-', '_', '9', '%', '"', '=', ' ', '\u00e9']) {
        if (value[at] === other) continue
        const altered = `session=${value.slice(0, at)}${other}${value.slice(at + 1)}`
        // oxlint-disable-next-line no-await-in-loop
        expect(await read(altered), altered).toEqual([200, 'undefined'])
      }
    }
  })

  test('is ignored if it is truncated, extended or random', async () => {
    const [cookie = ''] = cookieOf(await client.get('/write'))
    const value = cookie.slice('session='.length)
    const latin = fc.string({
      unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCodePoint(code)),
    })
    const any = fc.oneof(
      latin,
      fc.nat(value.length - 1).map((length) => value.slice(0, length)),
      fc
        .tuple(fc.nat(value.length), fc.stringMatching(/^[\w.-]+$/))
        .map(([at, text]) => value.slice(0, at) + text + value.slice(at)),
      fc
        .tuple(fc.nat(value.length - 1), fc.integer({ min: 33, max: 255 }))
        .map(([at, code]) => value.slice(0, at) + String.fromCodePoint(code) + value.slice(at + 1)),
    )
    const property = fc.asyncProperty(any, async (text) => {
      // oxlint-disable-next-line no-control-regex
      const header = `session=${text.replaceAll(/[\r\n\0]/g, '')}`
      fc.pre(!header.startsWith(`${cookie};`) && header.trim() !== cookie)
      expect(await read(header)).toEqual([200, 'undefined'])
    })
    await fc.assert(property, { numRuns: 2000 })
  })
})

test('the signature equals Node’s HMAC-SHA256 for sessions of any length', async () => {
  const key = createHmac('sha256', SECRET).update('phial.session').digest()
  const app = signedApp()
  app.get('/:length', ({ length }) => {
    session['text'] = 'é'.repeat(Number(length))
    return ''
  })
  for (const length of [1, 500, 2, 600, 0, 599]) {
    // oxlint-disable-next-line no-await-in-loop
    const [cookie = ''] = cookieOf(await app.testClient().get(`/${length}`))
    const [payload = '', time = '', signature] = cookie.slice('session='.length).split('.')
    const expected = createHmac('sha256', key).update(`${payload}.${time}`).digest('base64url')
    expect(signature).toBe(expected)
  }
})
