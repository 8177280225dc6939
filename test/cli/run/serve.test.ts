import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { addressOf, appSaying, entryOf, exampleSite, siteWith, text } from '../support/site.ts'

describe('phial run', () => {
  test('the next request shows an edited view, template or stylesheet, and a syntax error until it is fixed', async () => {
    await using site = await exampleSite()
    await using command = site.start(['run', '--port', '0'])
    const at = await addressOf(command)
    expect(command.stdout).toContain('Serving app (debug: on, reload: on)\n')
    expect(await text(`${at}/`)).toContain('</html>')

    const edit = async (name: string, from: string | RegExp, to: string): Promise<void> => {
      const before = await readFile(join(site.path, name), 'utf8')
      expect(before).toMatch(from)
      await site.write(name, before.replace(from, to))
    }
    await edit('templates/index.eta', /$/, '<p>Edited here</p>')
    expect(await text(`${at}/`)).toContain('<p>Edited here</p>')
    await edit('templates/layout.eta', /$/, '<p>Edited there</p>')
    expect(await text(`${at}/`)).toContain('<p>Edited there</p>')
    await edit('static/site.css', /$/, 'main { color: #123456 }')
    expect(await text(`${at}/static/site.css`)).toContain('#123456')
    expect(command.stderr).toBe('') // none of these needs a restart

    await edit('app.ts', "renderTemplate('index')", "'edited'")
    expect(await text(`${at}/`)).toBe('edited')
    expect(command.stderr).toBe('app.ts has changed: restarting\n')
    await edit('app.ts', 'export const app', 'export const = app')
    const broken = await fetch(await entryOf(command))
    expect(broken.status).toBe(500)
    expect(await broken.text()).toMatch(/app\.ts/)
    await edit('app.ts', 'export const = app', 'export const app')
    expect(await text(`${at}/`)).toBe('edited')
    expect(command.stdout).toMatch(/127\.0\.0\.1 - - \[.*\] "GET \/ HTTP\/1\.1" 200 \d+\n/)
  })

  test('an error in a view or while loading has a page with its source, but not without debug', async () => {
    const app = appSaying("{ throw new TypeError('no tea') }")
    await using site = await siteWith({ 'app.ts': app })
    await using command = site.start(['run', '-p', '0'])
    const at = await addressOf(command)
    const accept = { headers: { Accept: 'text/html' } }
    const entry = await entryOf(command)
    expect(new URL(entry).searchParams.get('token')).toMatch(/^[0-9a-f]{32}$/)
    const page = async (): Promise<string> => (await fetch(entry, accept)).text()
    expect(await page()).toMatch(/<title>TypeError: no tea<\/title>[^]*app\.ts/)
    expect(command.stderr).toMatch(/no tea[^]*app\.ts:\d+/)
    const withoutToken = await fetch(at, accept)
    expect(withoutToken.status).toBe(500)
    expect(await withoutToken.text()).toMatch(/^Internal Server Error\n\nA debug page exists/)
    const admitted = await fetch(entry, {
      headers: { 'Sec-Fetch-Mode': 'navigate' },
      redirect: 'manual',
    })
    const cookie = admitted.headers.get('set-cookie')?.split(';')[0] ?? ''
    await site.write('app.ts', "throw new RangeError('no milk')")
    // The cookie is valid for the restarted process, too.
    const again = await fetch(at, { headers: { ...accept.headers, Cookie: cookie } })
    expect(await again.text()).toMatch(/<title>RangeError: no milk<\/title>/)
    expect(await text(at)).toMatch(
      /^The application could not be loaded\. [^]* address with the token/,
    )
    expect(await page()).toMatch(/<title>RangeError: no milk<\/title>[^]*app\.ts/)

    await using quiet = site.start(['run', '-p', '0', '--no-debug', '--reload'])
    const there = await addressOf(quiet)
    expect(await text(there)).toBe('The application could not be loaded. The log says why.\n')
    expect(quiet.stderr).toContain('RangeError: no milk')
    await site.write('app.ts', app)
    expect(await text(there)).not.toContain('tea')
  })

  test('reads variables from .env and .phialenv, reads them again after a change, and prefers real ones', async () => {
    const show = "['A', 'B', 'C'].map((name) => process.env[name]).join()"
    await using site = await siteWith({
      'app.ts': appSaying(show),
      '.env': 'A=env\nB=env',
      '.phialenv': 'A=phialenv\nB=phialenv\nC=phialenv',
    })
    await using command = site.start(['run', '-p', '0'], { B: 'real' })
    const at = await addressOf(command)
    expect(await text(at)).toBe('env,real,phialenv')
    await site.write('.env', 'A=edited\nB=edited')
    expect(await text(at)).toBe('edited,real,phialenv')
    await site.write('.phialenv', '')
    expect(await text(at)).toBe('edited,real,')
  })

  test('debug is on by default, and can be set', async () => {
    const show = '`${app.config.DEBUG} ${process.env.PHIAL_DEBUG}`'
    await using site = await siteWith({ 'app.ts': appSaying(show) })
    const asked = async (words: string[], env = {}): Promise<string> => {
      await using command = site.start(['run', '-p', '0', ...words], env)
      return await text(await addressOf(command))
    }
    expect(await asked([])).toBe('true true')
    expect(await asked(['--no-debug'])).toBe('false false')
    expect(await asked(['--no-debug', '--reload'])).toBe('false false')
    expect(await asked([], { PHIAL_DEBUG: '0' })).toBe('false false')
    expect(await asked(['--debug', '--no-reload'], { PHIAL_DEBUG: '0' })).toBe('true true')
  })

  test('without debug, runs one process, which does not restart', async () => {
    await using site = await siteWith({ 'app.ts': appSaying('String(process.pid)') })
    await using command = site.start(['run', '-p', '0', '--no-debug'])
    const at = await addressOf(command)
    await site.write('app.ts', appSaying("'edited'"))
    expect(await text(at)).toBe(String(command.pid))
    expect(command.stdout).toContain('Serving app (debug: off, reload: off)')
    command.signal('SIGINT')
    expect((await command.ended).code).toBe(0)
    expect(command.stdout).toMatch(/"GET \/ HTTP\/1\.1" 200/)
  })

  test('continues if the reader of its output leaves', async () => {
    await using site = await siteWith({ 'app.ts': appSaying("(console.error('asked'), 'one')") })
    await using command = site.start(['run', '-p', '0'])
    const at = await addressOf(command)
    command.stopReading()
    for (const expected of ['one', 'one', 'one']) {
      // oxlint-disable-next-line no-await-in-loop -- the output for one reader may break the next
      expect(await text(at)).toBe(expected)
    }
    await site.write('app.ts', appSaying("'two'"))
    expect(await text(at)).toBe('two')
  })

  test('restarts after a change of a file passed with --extra-files', async () => {
    await using site = await siteWith({
      'app.ts': appSaying(
        "readFileSync('data.txt', 'utf8') + process.pid",
        "import { readFileSync } from 'node:fs'",
      ),
      'data.txt': 'a',
    })
    await using command = site.start(['run', '-p', '0', '--extra-files', 'data.txt'])
    const at = await addressOf(command)
    const before = await text(at)
    await site.write('data.txt', 'b')
    const after = await text(at)
    expect(after).toMatch(/^b/)
    expect(after.slice(1)).not.toBe(before.slice(1))
  })

  test('names the rule of the gateway that a layer breaks', async () => {
    const layer = "app.wsgiApp = () => ['text']"
    await using site = await siteWith({ 'app.ts': appSaying("'one'", layer) })
    await using command = site.start(['run', '-p', '0'])
    expect(await text(await entryOf(command))).toMatch(/GatewayError: APP-\d+/)
  })

  test('serves a gateway function', async () => {
    const app = `export const app = (environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  return [new TextEncoder().encode('bare')]
}`
    await using site = await siteWith({ 'wsgi.mjs': app })
    await using command = site.start(['run', '-p', '0'])
    expect(await text(await addressOf(command))).toBe('bare')
    expect(command.stdout).toContain('Serving wsgi (')
  })
})

describe('a port', () => {
  test('is the next free one by default, and the requested one or an error otherwise', async () => {
    await using site = await siteWith({ 'app.ts': appSaying("'one'") })
    await using first = site.start(['run'])
    const { port: taken } = new URL(await addressOf(first))
    await using second = site.start(['run'])
    const { port: next } = new URL(await addressOf(second))
    expect(Number(next)).toBeGreaterThan(Number(taken))
    expect(second.stdout).toContain(`Port 8000 is in use. Using port ${next}.`)
    expect(await site.run(['run', '--port', taken])).toEqual({
      code: 1,
      stdout: '',
      stderr: `Cannot listen on 127.0.0.1, port ${taken}: the port is in use. Stop the program that uses it, or choose another port with --port.\n`,
    })
    const { code, stderr } = await site.run(['run'], { PHIAL_RUN_PORT: taken })
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(`port ${taken}: the port is in use`),
    ])
  })
})

describe('stopping', () => {
  test.for(['SIGINT', 'SIGTERM'] as const)('%s ends both processes', async (signal) => {
    await using site = await siteWith({ 'app.ts': appSaying("'one'") })
    await using command = site.start(['run', '-p', '0'])
    expect(await text(await addressOf(command))).toBe('one')
    command.signal(signal)
    // `ended` resolves once no process holds the output.
    expect((await command.ended).code).toBe(0)
  })

  test('a second signal does not wait', async () => {
    await using site = await siteWith({
      'app.ts': appSaying(
        "(console.log('in progress'), new Promise(() => setInterval(() => {}, 9e5)))",
      ),
    })
    await using command = site.start(['run', '-p', '0', '--no-reload'])
    const held = text(await addressOf(command)).catch((error: Error) => error.message)
    await command.says('in progress')
    command.signal('SIGINT')
    await command.says('finishing')
    command.signal('SIGINT')
    expect((await command.ended).code).toBe(130)
    expect(await held).toBe('fetch failed')
  })

  test('the app ends if the program is killed', async () => {
    await using site = await siteWith({ 'app.ts': appSaying("'one'") })
    await using command = site.start(['run', '-p', '0'])
    await text(await addressOf(command))
    command.signal('SIGKILL')
    await command.ended
  })
})

test('without reload, an app that cannot be loaded ends the program with one line and a stack trace', async () => {
  await using site = await siteWith({ 'app.ts': "throw new Error('no tea')" })
  const { code, stderr } = await site.run(['run', '-p', '0', '--no-reload'])
  expect(code).toBe(4)
  expect(stderr).toMatch(
    /^importing app\.ts failed: Error: no tea\n\nError: no tea\n    at .*app\.ts:1:\d+\)\n$/,
  )
})

test('--xray draws each request, for this machine only', async () => {
  await using site = await siteWith({ 'app.ts': appSaying("'drawn'") })
  await using command = site.start(['run', '--port', '0', '--xray'])
  const at = await addressOf(command)
  const [, pages = ''] = await command.says(/X-ray shows each request at (\S+)\n/)
  expect(pages).toContain(`${at}/__xray__/?token=`)
  expect(await text(at)).toBe('drawn')
  expect((await fetch(`${at}/__xray__/`)).status).toBe(403)
  const page = await text(pages)
  expect(page).toContain('GET /')
  expect(page).toContain('takes it')
  const other = await site.run(['run', '--xray', '--host', '0.0.0.0'])
  expect(other.code).toBe(1)
  expect(other.stderr).toMatch(
    /^--xray is only available on this machine, but other machines can reach 0\.0\.0\.0/,
  )
})
