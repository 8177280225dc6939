import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { Phial, type PhialOptions, session, SessionError } from 'phial'
import { describe, expect, test } from 'vitest'
import { cookieOf, SECRET, signedApp } from './support.ts'

const OTHER = 'fedcba9876543210fedcba9876543210'

function visited(app: Phial): Phial {
  app.get('/write', () => {
    session['user'] = 'Ann'
    session['list'] = [1, 2, 3]
    return ''
  })
  app.get('/read', () => String(session['user']))
  return app
}

async function writtenBy(app: Phial): Promise<string> {
  const [cookie = ''] = cookieOf(await visited(app).testClient().get('/write'))
  return cookie
}

async function readBy(app: Phial, cookie: string): Promise<string> {
  const response = await visited(app).testClient().get('/read', { headers: { cookie } })
  expect(response.status).toBe(200)
  return response.text()
}

describe('Bad or expired signature', () => {
  const app = visited(signedApp())
  const client = app.testClient({ validate: false, cookies: false })
  const read = async (cookie: string): Promise<unknown[]> => {
    const response = await client.get('/read', { headers: { cookie } })
    return [response.status, await response.text()]
  }

  test('every byte counts: one that is altered leaves nothing', async () => {
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

  test('nor does one that is cut, longer, or made of anything', async () => {
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

  test('what another secret signed is nothing', async () => {
    const cookie = await writtenBy(signedApp({ SECRET_KEY: OTHER }))
    expect(await readBy(signedApp(), cookie)).toBe('undefined')
  })
})

describe('Key rotation', () => {
  test('the current secret signs, the fallbacks are still believed', async () => {
    const old = await writtenBy(signedApp({ SECRET_KEY: OTHER }))
    const rotated = { SECRET_KEY: SECRET, SECRET_KEY_FALLBACKS: [OTHER] }
    expect(await readBy(signedApp(rotated), old)).toBe('Ann')
    const fresh = await writtenBy(signedApp(rotated))
    expect(await readBy(signedApp({ SECRET_KEY: OTHER }), fresh)).toBe('undefined')
    expect(await readBy(signedApp(), fresh)).toBe('Ann')
  })

  test('a weak fallback is not', async () => {
    const rotated = { SECRET_KEY: SECRET, SECRET_KEY_FALLBACKS: ['', 'dev'] }
    expect(await readBy(signedApp(rotated), 'session=e30.0.x')).toBe('undefined')
  })
})

describe('No secret', () => {
  const make = (SECRET_KEY: string | undefined): Phial => {
    const config: PhialOptions['config'] = { PROPAGATE_EXCEPTIONS: true, SECRET_KEY }
    return visited(new Phial(import.meta.url, { config }))
  }

  test.for([undefined, '', 'dev', 'a'.repeat(64)])(
    '%s: reads work, writes raise the remedy',
    async (secret) => {
      const client = make(secret).testClient()
      expect(await (await client.get('/read')).text()).toBe('undefined')
      const wrong = (secret ?? '') === '' ? 'the app has no secret' : "the app's secret is weak"
      await expect(client.get('/write')).rejects.toThrow(`session.user was changed, but ${wrong}`)
      await expect(client.get('/write')).rejects.toThrow(SessionError)
    },
  )

  test('the remedy is a command that makes a good one', async () => {
    const error: unknown = await make(undefined)
      .testClient()
      .get('/write')
      .catch((reason: unknown) => reason)
    const [, command = '', code = ''] = /\n {4}(node) -p "(.*)"\n/.exec(String(error)) ?? []
    expect(command).toBe('node')
    const secret = execFileSync(process.execPath, ['-p', code], { encoding: 'utf8' }).trim()
    expect((await make(secret).testClient().get('/write')).status).toBe(200)
  })
})
