import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  checkSecret,
  type Config,
  keptSecret,
  MemoryStore,
  Phial,
  session,
  SessionError,
  StoredSessions,
} from 'phial'
import { describe, expect, onTestFinished, test, vi } from 'vitest'

const STRONG = '0f8e7d6c5b4a39281706f5e4d3c2b1a0'

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'phial-secret-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

/** Returns an app with views that use the session, and its log. */
function visited(config: Partial<Config>, instancePath = folder()): { app: Phial; log: string[] } {
  const log: string[] = []
  const print = vi.spyOn(console, 'error').mockImplementation((text: string) => void log.push(text))
  onTestFinished(() => print.mockRestore())
  const app = new Phial(import.meta.url, {
    instancePath,
    config: { LOG_FORMAT: 'json', PROPAGATE_EXCEPTIONS: true, ...config },
  })
  app.logger.handler = ({ level, message }) => log.push(`${level}: ${message}`)
  app.get('/write', () => {
    session['user'] = 'Ann'
    session['list'] = [1, 2, 3]
    return ''
  })
  app.get('/read', () => String(session['user']))
  app.get('/page', () => 'no session')
  return { app, log }
}

describe('without a strong SECRET_KEY', () => {
  test.for([undefined, '', 'dev', 'a'.repeat(64)])(
    '%s: reading works, and writing throws with the remedy',
    async (SECRET_KEY) => {
      const client = visited({ SECRET_KEY }).app.testClient()
      expect(await (await client.get('/read')).text()).toBe('undefined')
      const fault = (SECRET_KEY ?? '') === '' ? 'SECRET_KEY is missing' : 'SECRET_KEY is too weak'
      await expect(client.get('/write')).rejects.toThrow(`session.user was changed, but ${fault}`)
      await expect(client.get('/write')).rejects.toThrow(SessionError)
      await expect(client.get('/write')).rejects.toThrow(/PHIAL_SECRET_KEY, in \.env/)
    },
  )

  test('the remedy is a command that generates a strong key', async () => {
    const error: unknown = await visited({})
      .app.testClient()
      .get('/write')
      .catch((reason: unknown) => reason)
    const [, command = '', code = ''] = /\n {4}(node) -p "(.*)"\n/.exec(String(error)) ?? []
    expect(command).toBe('node')
    const SECRET_KEY = execFileSync(process.execPath, ['-p', code], { encoding: 'utf8' }).trim()
    const answer = await visited({ SECRET_KEY }).app.testClient().get('/write')
    expect(answer.status).toBe(200)
  })

  test('a weak key is logged when the app is created, even if it does not use sessions', () => {
    const { log } = visited({ SECRET_KEY: 'dev' })
    expect(log).toEqual([expect.stringMatching(/"error".*SECRET_KEY is too weak.*Sessions cannot/)])
    expect(log[0]).toContain('PHIAL_SECRET_KEY, in .env')
    expect(visited({ SECRET_KEY: 'dev', DEBUG: true }).log).toEqual([
      expect.stringMatching(/WARNING|"warning"/),
    ])
    expect(visited({ SECRET_KEY: STRONG }).log).toEqual([])
    expect(visited({}).log).toEqual([])
  })

  test('a weak key that is loaded later is logged once, at the first request', async () => {
    const { app, log } = visited({})
    app.config.fromPrefixedEnv('PHIAL', { PHIAL_SECRET_KEY: 'dev' })
    await app.testClient().get('/page')
    await app.testClient().get('/page')
    expect(log).toEqual([expect.stringMatching(/^error: SECRET_KEY is too weak/)])
  })

  test('a missing key is logged once, when the first session is opened', async () => {
    const { app, log } = visited({})
    await app.testClient().get('/page')
    expect(log).toEqual([])
    await app.testClient().get('/read')
    await app.testClient().get('/read')
    expect(log).toEqual([
      expect.stringMatching(/^error: Sessions cannot be written: SECRET_KEY is missing/),
    ])
  })

  test('sessions in a store do not require a key', async () => {
    const instancePath = folder()
    const { app, log } = visited({ DEBUG: true }, instancePath)
    app.sessionInterface = new StoredSessions(new MemoryStore())
    checkSecret(app)
    expect((await app.testClient().get('/write')).status).toBe(200)
    expect([log, readdirSync(instancePath)]).toEqual([[], []])
  })

  test('app.secretKey is config.SECRET_KEY', () => {
    const { app } = visited({})
    app.secretKey = 'x'
    expect([app.config.SECRET_KEY, app.secretKey]).toEqual(['x', 'x'])
  })
})

describe('in debug mode', () => {
  test.for([undefined, 'dev'])(
    '%s: a key is generated and stored in the instance folder',
    async (given) => {
      const instancePath = folder()
      const start = (): ReturnType<typeof visited> =>
        visited({ DEBUG: true, SECRET_KEY: given }, instancePath)
      const { app, log } = start()
      const client = app.testClient()
      await client.get('/page')
      expect(existsSync(join(instancePath, 'secret-key'))).toBe(false)
      await client.get('/write')
      expect(await (await client.get('/read')).text()).toBe('Ann')
      expect(log.at(-1)).toContain(join(instancePath, 'secret-key'))
      expect(log.at(-1)).toContain('PHIAL_SECRET_KEY, in .env')
      expect(log.filter((line) => line.includes('Debug mode uses'))).toHaveLength(1)
      const file = join(instancePath, 'secret-key')
      expect(app.secretKey).toBe(readFileSync(file, 'utf8'))
      expect(statSync(file).mode & 0o077).toBe(0)
      // The next process reads the sessions of this one.
      const again = start().app.testClient()
      again.setCookie('session', client.getCookie('session') ?? '')
      expect(await (await again.get('/read')).text()).toBe('Ann')
    },
  )

  test('a strong key is used unchanged', async () => {
    const instancePath = folder()
    const { app } = visited({ DEBUG: true, SECRET_KEY: STRONG }, instancePath)
    await app.testClient().get('/write')
    expect([app.secretKey, readdirSync(instancePath)]).toEqual([STRONG, []])
  })

  test('the key is temporary if the folder cannot be used', async () => {
    const instancePath = join(folder(), 'file')
    writeFileSync(instancePath, 'not a folder')
    const { app, log } = visited({ DEBUG: true }, instancePath)
    const client = app.testClient()
    await client.get('/write')
    expect(await (await client.get('/read')).text()).toBe('Ann')
    expect(log.at(-1)).toContain('when this process ends')
  })
})

describe('checkSecret', () => {
  test.for([undefined, 'dev'])('throws for the key %s', (SECRET_KEY) => {
    const { app } = visited({ SECRET_KEY })
    expect(() => checkSecret(app)).toThrow(SessionError)
    expect(() => checkSecret(app)).toThrow(/The app uses sessions, but SECRET_KEY is/)
  })

  test('accepts a strong key, and generates one in debug mode', () => {
    checkSecret(visited({ SECRET_KEY: STRONG }).app)
    const { app } = visited({ DEBUG: true })
    checkSecret(app)
    expect(app.secretKey).toHaveLength(64)
  })
})

test('keptSecret returns the same key for all processes', () => {
  const where = join(folder(), 'not', 'there')
  const first = keptSecret(where)
  expect(keptSecret(where)).toBe(first)
  expect(readdirSync(where)).toEqual(['secret-key'])
})
