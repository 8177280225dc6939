import { execFileSync } from 'node:child_process'
import { Phial, type PhialOptions, session, SessionError } from 'phial'
import { describe, expect, test } from 'vitest'

function visited(app: Phial): Phial {
  app.get('/write', () => {
    session['user'] = 'Ann'
    session['list'] = [1, 2, 3]
    return ''
  })
  app.get('/read', () => String(session['user']))
  return app
}

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

  test('app.secretKey is config.SECRET_KEY', () => {
    const app = make(undefined)
    app.secretKey = 'x'
    expect([app.config.SECRET_KEY, app.secretKey]).toEqual(['x', 'x'])
  })
})
