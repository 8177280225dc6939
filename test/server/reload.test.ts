import { spawn } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { reload } from '@phial/server/reload'
import { describe, expect, test } from 'vitest'
import { Command } from './support/command.ts'
import { type Folder, folderWith } from './support/folder.ts'
import { exchange, open } from './support/raw.ts'

const program = fileURLToPath(new URL('apps/reload.js', import.meta.url))

/** Returns the source of an application that responds with an expression, which may call `pid()`. `first` runs in each request, `more` in the module. */
const saying = (expression: string, more = '', first = ''): string => `${more}
const pid = () => process.pid
export const app = async (environ, startResponse) => {
  ${first}
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  return [new TextEncoder().encode(String(${expression}))]
}
`

interface Edited extends Command {
  readonly at: number
  ask(path?: string): Promise<string>
  write(name: string, text: string): Promise<void>
}

/** Serves a folder with reload. */
async function serving(folder: Folder, ...extra: string[]): Promise<Edited> {
  const extraFiles = extra.map((name) => join(folder.path, name))
  const child = spawn(process.execPath, [program, folder.path, ...extraFiles])
  const command = new Command(child)
  const at = await command.port()
  const ask = async (path = '/'): Promise<string> =>
    (await fetch(`http://127.0.0.1:${at}${path}`)).text()
  const write = (name: string, text: string): Promise<void> =>
    writeFile(join(folder.path, name), text)
  return Object.assign(command, { at, ask, write })
}

describe('an edit', () => {
  test('is seen by the next request, also in an imported file', async () => {
    await using folder = await folderWith({
      'package.json': '{ "type": "module" }',
      'app.ts': saying('text', "import { text } from './inner.ts'"),
      'inner.ts': "export enum Word { One = 'one' }\nexport const text: string = Word.One",
    })
    await using server = await serving(folder)
    expect(await server.ask()).toBe('one')
    for (const text of ['two', 'three', 'four']) {
      // oxlint-disable-next-line no-await-in-loop -- one edit after the other
      await server.write('inner.ts', `export const text = '${text}'`)
      // oxlint-disable-next-line no-await-in-loop -- as above
      expect(await server.ask()).toBe(text)
    }
    expect(server.stderr).toBe('inner.ts has changed: restarting\n'.repeat(3))
    expect(server.stdout).toMatch(/(GET \/ 200\n){3}/)
  })

  test('is seen in required files, JSON and dynamic imports', async () => {
    await using folder = await folderWith({
      'package.json': '{ "type": "module" }',
      'app.js': saying(
        '[one, data.two, (await import("./three.js")).three]',
        `import { createRequire } from 'node:module'
import data from './data.json' with { type: 'json' }
const { one } = createRequire(import.meta.url)('./one.cjs')`,
      ),
      'one.cjs': 'exports.one = 1',
      'data.json': '{ "two": 2 }',
      'three.js': 'export const three = 3',
    })
    await using server = await serving(folder)
    expect(await server.ask()).toBe('1,2,3')
    await server.write('one.cjs', 'exports.one = 10')
    expect(await server.ask()).toBe('10,2,3')
    await server.write('data.json', '{ "two": 20 }')
    expect(await server.ask()).toBe('10,20,3')
    await server.write('three.js', 'export const three = 30')
    expect(await server.ask()).toBe('10,20,30')
  })

  test('is seen in extraFiles, which need not exist', async () => {
    await using folder = await folderWith({ 'app.mjs': saying('pid()') })
    await using server = await serving(folder, 'notes.txt')
    const first = await server.ask()
    expect(await server.ask()).toBe(first)
    await server.write('notes.txt', 'one')
    const second = await server.ask()
    expect(second).not.toBe(first)
    await server.write('other.txt', 'not in extraFiles')
    expect(await server.ask()).toBe(second)
    await rm(join(folder.path, 'notes.txt'))
    expect(await server.ask()).not.toBe(second)
  })

  test('is seen on a connection that was opened before it', async () => {
    await using folder = await folderWith({ 'app.mjs': saying('1') })
    await using server = await serving(folder)
    const early = await open(server.at)
    expect(await server.ask()).toBe('1')
    await server.write('app.mjs', saying('2'))
    early.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await early.closed
    expect(early.received).toMatch(/\r\n\r\n1?\r?\n?2/)
    expect(early.received).toContain('Connection: close')
  })

  test('does not cut in-flight requests', async () => {
    const slow = "console.log('begun'); await pause(200)"
    const app = saying('2', "import { setTimeout as pause } from 'node:timers/promises'", slow)
    await using folder = await folderWith({ 'app.mjs': app })
    await using server = await serving(folder)
    const first = server.ask()
    await server.says('begun')
    await server.write('app.mjs', saying('3'))
    expect([await server.ask(), await first]).toEqual(['3', '2'])
  })

  test('is seen by all of 50 requests during the restart, and none is lost', async () => {
    await using folder = await folderWith({ 'app.mjs': saying('1') })
    await using server = await serving(folder)
    expect(await server.ask()).toBe('1')
    await server.write('app.mjs', saying('2'))
    const all = await Promise.all(Array.from({ length: 50 }, () => server.ask()))
    expect(new Set(all)).toEqual(new Set(['2']))
    expect(server.stderr).toBe('app.mjs has changed: restarting\n')
  })
})

describe('a failed start', () => {
  test('with a syntax error shows file and line, and is repaired by an edit', async () => {
    await using folder = await folderWith({ 'app.ts': saying('1') })
    await using server = await serving(folder)
    expect(await server.ask()).toBe('1')
    await server.write('app.ts', 'export const = 3')
    const response = await fetch(`http://127.0.0.1:${server.at}/`)
    expect(response.status).toBe(500)
    expect(await response.text()).toMatch(/^importing app\.ts failed: .*app\.ts:1:13: ERROR/)
    await server.write('app.ts', saying('2'))
    expect(await server.ask()).toBe('2')
  })

  test('with a missing file is repaired when the file exists', async () => {
    await using folder = await folderWith({
      'app.mjs': saying('text', "import { text } from './later.mjs'"),
    })
    await using server = await serving(folder)
    expect(await server.ask()).toMatch(/Cannot find module .*later\.mjs/)
    await server.write('later.mjs', "export const text = 'here'")
    expect(await server.ask()).toBe('here')
  })

  test('with an exception is repeated only after an edit', async () => {
    await using folder = await folderWith({ 'app.mjs': 'throw new Error(`in ${process.pid}`)' })
    await using server = await serving(folder)
    const first = await server.ask()
    expect(first).toContain('Error: in ')
    expect(await server.ask()).toBe(first)
    await server.write('app.mjs', saying('1'))
    expect(await server.ask()).toBe('1')
  })

  test('with an endless loop is ended by an edit', async () => {
    await using folder = await folderWith({ 'app.mjs': "console.log('round')\nfor (;;);" })
    await using server = await serving(folder)
    await server.says('round')
    const held = server.ask()
    await server.write('app.mjs', saying('1'))
    expect([await server.ask(), await held]).toEqual(['1', '1'])
  })

  test('with an immediate exit is reported, and repeated only by the next request', async () => {
    await using folder = await folderWith({ 'app.mjs': "console.log('started')\nprocess.exit(3)" })
    await using server = await serving(folder)
    await server.says('with exit code 3')
    expect(server.stdout.match(/started/g)).toHaveLength(1)
    const response = await fetch(`http://127.0.0.1:${server.at}/`)
    expect([response.status, await response.text()]).toEqual([
      503,
      expect.stringContaining('ended while it started, with exit code 3'),
    ])
    expect(server.stdout.match(/started/g)).toHaveLength(2)
    await server.write('app.mjs', saying('1'))
    expect(await server.ask()).toBe('1')
  })

  test('an application that exits while it serves is restarted by the next request', async () => {
    const app = saying('pid()', '', "if (environ.PATH_INFO === '/end') process.exit(1)")
    await using folder = await folderWith({ 'app.mjs': app })
    await using server = await serving(folder)
    const first = await server.ask()
    await expect(server.ask('/end')).rejects.toThrow('fetch failed')
    await server.says('The application ended, with exit code 1')
    expect(await server.ask()).not.toBe(first)
  })
})

// Both processes have the pipe that is read here, so `ended` resolves when both have exited.
describe('the server stops', () => {
  test('on a signal', async () => {
    await using folder = await folderWith({ 'app.mjs': saying('pid()') })
    await using server = await serving(folder)
    await server.ask()
    server.signal('SIGTERM')
    expect((await server.ended).code).toBe(0)
  })

  test('even if the application hangs', async () => {
    const loop = "console.log('round'); for (;;);"
    await using folder = await folderWith({ 'app.mjs': saying('pid()', '', loop) })
    await using server = await serving(folder)
    const hung = server.ask('/loop').catch((error: Error) => error.message)
    await server.says('round')
    server.signal('SIGTERM')
    expect((await server.ended).code).toBe(0)
    expect(await hung).toBe('fetch failed')
  })

  test('and so does the application if the server is killed', async () => {
    await using folder = await folderWith({ 'app.mjs': saying('pid()') })
    await using server = await serving(folder)
    await server.ask()
    server.signal('SIGKILL')
    expect((await server.ended).code).toBe(null)
  })
})

test("rejects with Node's error if the port is in use, and leaves no process", async () => {
  await using folder = await folderWith({ 'app.mjs': saying('1') })
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const address = other.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const listen = [{ host: '127.0.0.1', port }]
  const options = { app: 'app', folder: folder.path, listen, log: () => undefined }
  await expect(reload(options)).rejects.toMatchObject({ code: 'EADDRINUSE' })
  other.close()
})

test('answers a client that has ended its side', async () => {
  await using folder = await folderWith({ 'app.mjs': saying('1') })
  await using server = await serving(folder)
  const connection = await open(server.at)
  connection.socket.end('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await connection.closed
  expect(connection.received).toContain('200 OK')
  expect(await exchange(server.at, 'GET / HTTP/1.1\r\n\r\n')).toContain('400 Bad Request')
  expect(await exchange(server.at, 'nonsense\r\n\r\n')).toContain('400 Bad Request')
})

test('receives a body of a megabyte completely', async () => {
  const app = saying('(await environ["wsgi.input"].read()).byteLength + environ.REMOTE_ADDR')
  await using folder = await folderWith({ 'app.mjs': app })
  await using server = await serving(folder)
  const body = new Uint8Array(1_000_000)
  const answers = Array.from({ length: 10 }, async () =>
    (await fetch(`http://127.0.0.1:${server.at}/`, { method: 'POST', body })).text(),
  )
  expect(new Set(await Promise.all(answers))).toEqual(new Set(['1000000127.0.0.1']))
})
