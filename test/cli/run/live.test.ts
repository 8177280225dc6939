import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Application, call, type CallOptions, validator } from '@phial/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { liveReload } from '../../../packages/cli/src/run/live.ts'

const TAG = '<script src="/__phial__/live.js?state=0"></script>\n'
const nothing = { files: new Set<string>(), folders: [] }
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A page navigation by a browser on this machine. */
const browser = (path = '/', more: Record<string, unknown> = {}): CallOptions => ({
  path,
  headers: { Host: '127.0.0.1:8000', 'Sec-Fetch-Dest': 'document' },
  environ: { REMOTE_ADDR: '127.0.0.1', ...more },
})

const page =
  (headers: [string, string][] = [], status = '200 OK'): Application =>
  (_, startResponse) => {
    startResponse(status, [['Content-Type', 'text/html; charset=utf-8'], ...headers])
    return [bytes('<h1>Hello</h1>')]
  }

const asked = (app: Application, options: CallOptions = browser()) =>
  call(validator(liveReload(validator(app), nothing)), options)

describe('a page', () => {
  test('gets the script at its end and is not cached', async () => {
    const answer = await asked(
      page([
        ['Content-Length', '14'],
        ['ETag', '"a"'],
        ['Last-Modified', 'x'],
      ]),
    )
    expect(answer.text()).toBe(`<h1>Hello</h1>${TAG}`)
    expect(answer.headers).toEqual([
      ['Content-Type', 'text/html; charset=utf-8'],
      ['Content-Length', String(14 + TAG.length)],
      ['Cache-Control', 'no-store'],
    ])
  })

  test('in several chunks gets the script, and is closed once', async () => {
    let closed = 0
    const app: Application = (_, startResponse) => ({
      async *[Symbol.asyncIterator]() {
        startResponse('404 Not Found', [['Content-Type', 'text/html']])
        yield bytes('a')
        yield bytes('b')
      },
      close: () => void (closed += 1),
    })
    expect((await asked(app)).text()).toBe(`ab${TAG}`)
    expect(closed).toBe(1)
  })

  test('that is an array with close() is closed once', async () => {
    let closed = 0
    const app: Application = (_, startResponse) => {
      startResponse('200 OK', [['Content-Type', 'text/html']])
      return Object.assign([bytes('a')], { close: () => void (closed += 1) })
    }
    expect((await asked(app)).text()).toBe(`a${TAG}`)
    expect(closed).toBe(1)
  })

  test.for([
    ["default-src 'none'", "default-src 'none'; script-src SOURCE; connect-src SOURCE"],
    [
      "default-src 'self'",
      "default-src 'self'; script-src 'self' SOURCE; connect-src 'self' SOURCE",
    ],
    ["script-src 'nonce-1'; img-src *", "script-src 'nonce-1' SOURCE; img-src *"],
  ] as const)('with the policy %s may load the script', async ([policy, changed]) => {
    const { headers } = await asked(page([['Content-Security-Policy', policy]]))
    expect(new Map(headers).get('Content-Security-Policy')).toBe(
      changed.replaceAll('SOURCE', 'http://127.0.0.1:8000/__phial__/'),
    )
  })
})

test.for<[string, Application, CallOptions]>([
  [
    'JSON',
    (_, start) => (start('200 OK', [['Content-Type', 'application/json']]), [bytes('{}')]),
    browser(),
  ],
  [
    'a part of a page',
    page([['Content-Range', 'bytes 0-13/99']], '206 Partial Content'),
    browser(),
  ],
  ['a compressed page', page([['Content-Encoding', 'gzip']]), browser()],
  [
    'a request by a script',
    page(),
    { ...browser(), headers: { Host: 'localhost', 'Sec-Fetch-Dest': 'empty' } },
  ],
  ['the response to a posted form', page(), { ...browser(), method: 'POST' }],
  ['a page for a client on another machine', page(), browser('/', { REMOTE_ADDR: '192.0.2.1' })],
  [
    'a page for a client behind a proxy',
    page(),
    browser('/', { HTTP_X_FORWARDED_FOR: '192.0.2.1' }),
  ],
])('%s is not changed', async ([, app, options]) => {
  const bare = await call(app, options)
  const answer = await asked(app, options)
  expect([answer.text(), answer.headers]).toEqual([bare.text(), bare.headers])
})

test('for other clients, its URLs belong to the app', async () => {
  const elsewhere = browser('/__phial__/live.js', { REMOTE_ADDR: '192.0.2.1' })
  expect((await asked(page(), elsewhere)).text()).toBe('<h1>Hello</h1>')
  expect((await asked(page(), browser('/__phial__/other'))).text()).toBe('<h1>Hello</h1>')
  expect((await asked(page(), browser('/__phial__/live.js'))).text()).toContain('EventSource')
})

describe('changes', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'phial-live-'))
    await writeFile(join(folder, 'app.ts'), '')
    await writeFile(join(folder, 'page.eta'), '')
  })
  afterAll(() => rm(folder, { recursive: true }))

  /** Collects the states until the stream ends, and makes a change after the first. */
  async function statesWith(change: () => Promise<void>): Promise<(string | undefined)[]> {
    const sources = {
      files: new Set([join(folder, 'app.ts')]),
      folders: [folder, `${folder}/none`],
    }
    const environ = { ...(await environOf(browser('/__phial__/changes'))) }
    const body = await liveReload(page(), sources)(environ, () => () => undefined)
    const states = []
    for await (const chunk of body) {
      states.push(/^data: (.*)$/m.exec(new TextDecoder().decode(chunk))?.[1])
      if (states.length === 1) await change()
    }
    return states
  }

  /** Sets an old modification time on the code, once the clock of the file system has advanced past the last write. */
  async function touched(): Promise<void> {
    const all = await Promise.all(
      ['.', 'app.ts', 'page.eta'].map((name) => stat(join(folder, name))),
    )
    const latest = Math.max(...all.map(({ ctimeMs }) => ctimeMs))
    const file = join(folder, 'app.ts')
    // oxlint-disable-next-line no-await-in-loop -- waits for the clock
    while ((await stat(file)).ctimeMs <= latest) await utimes(file, 1, 1)
  }

  test.for<[string, () => Promise<void>]>([
    ['code, with an old time', touched],
    ['a template', () => writeFile(join(folder, 'page.eta'), 'x')],
    ['a new file', () => writeFile(join(folder, 'new.css'), '')],
    ['a removed file', () => rm(join(folder, 'new.css'))],
  ])('%s changes the state and ends the stream', async ([, change]) => {
    const [first, second, ...more] = await statesWith(change)
    expect(first).toMatch(/^[\d.]+$/)
    expect(second).toMatch(/^[\d.]+$/)
    expect(second).not.toBe(first)
    expect(more).toEqual([])
  })
})

/** The environ that `call` creates. */
async function environOf(options: CallOptions): Promise<Parameters<Application>[0]> {
  let seen: Parameters<Application>[0] | undefined
  await call((environ, startResponse) => {
    seen = environ
    startResponse('200 OK', [])
    return []
  }, options)
  return seen ?? expect.fail()
}
