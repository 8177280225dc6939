import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, expect, onTestFailed, onTestFinished, test, vi } from 'vitest'
import { root } from '../house/workspace.ts'
import { bin, type Command } from '../server/support/command.ts'
import { binary, hasPrograms } from './binaries.ts'
import { start } from './site.ts'

const programs = {
  Bun: () => [binary('bun')],
  Deno: () => [binary('deno'), 'run', '--allow-all'],
}

/** Copies the example, so that a test can change its code while it is served. */
function copyOfSite(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'phial-platform-')))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const from = join(root, 'examples/anywhere')
  const filter = (path: string): boolean => basename(path) !== 'node_modules'
  cpSync(from, folder, { recursive: true, filter })
  symlinkSync(join(from, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

/** Resolves to the body of a response, or to `undefined` if there is no response within 3 seconds. */
async function answer(url: string): Promise<string | undefined> {
  try {
    const headers = { Connection: 'close' }
    return await (await fetch(url, { headers, signal: AbortSignal.timeout(3000) })).text()
  } catch {
    return undefined
  }
}

/** Resolves to the process id of the nth worker, as logged by the master. */
async function booted(command: Command, times: number): Promise<number> {
  const [, pid] = await command.says(/Booted worker with pid: (\d+)/, times)
  return Number(pid)
}

describe.skipIf(!hasPrograms).each(Object.entries(programs))(
  'phial-server under %s',
  (_, program) => {
    test('starts two workers, replaces a killed worker, loads new code on HUP, and exits on TERM', async () => {
      const folder = copyOfSite()
      const [file = '', ...args] = program()
      writeFileSync(
        join(folder, 'server.ts'),
        'export default { workers: 2 as number, gracefulTimeout: 5 }',
      )
      const words = [...args, bin, '-c', 'server.ts', '-b', '127.0.0.1:0', 'app:app']
      await using command = start(file, words, folder)
      onTestFailed(() => console.error(command.stderr))
      const site = `http://127.0.0.1:${await command.port()}`
      await booted(command, 1)
      const second = await booted(command, 2)
      expect(await answer(`${site}/price?text=one`)).toBe('{"text":"one","words":1,"cents":3}')

      process.kill(second, 'SIGKILL')
      await command.says(`Worker (pid: ${second}) was killed by SIGKILL`)
      await booted(command, 3)
      expect(await answer(`${site}/price?text=one`)).toContain('"cents":3')

      writeFileSync(
        join(folder, 'morse.ts'),
        "export const lettersOf = (_: string): string[] => ['new']\nexport const morse = (code: string): string => code\n",
      )
      command.signal('SIGHUP')
      await command.says('Reloaded: all workers run the new code')
      // A connection that arrives while a worker retires may be lost, as docs/embedding.md says.
      await vi.waitUntil(async () => (await answer(`${site}/tape.txt`)) === 'new new\n', 30_000)

      command.signal('SIGTERM')
      const { code, stderr } = await command.ended
      expect({ code, last: stderr.trimEnd().split('\n').at(-1) }).toEqual({
        code: 0,
        last: expect.stringContaining('Shutting down') as unknown,
      })
      expect(stderr).not.toContain('did not exit')
    })

    test('ends its workers after the master was killed', async () => {
      const [file = '', ...args] = program()
      await using command = start(file, [...args, bin, '-w', '2', '-b', '127.0.0.1:0', 'app:app'])
      await booted(command, 2)
      command.signal('SIGKILL')
      expect((await command.ended).stderr).not.toContain('TypeError') // it ends when the last worker closes the pipe
    })

    test('replaces a worker after a rejection outside of any request', async () => {
      const folder = realpathSync(mkdtempSync(join(tmpdir(), 'phial-platform-')))
      onTestFinished(() => rmSync(folder, { recursive: true }))
      writeFileSync(
        join(folder, 'app.mjs'),
        `export const app = (environ, startResponse) => {
          if (environ.PATH_INFO === '/fail') setTimeout(() => Promise.reject(new Error('too late')), 10)
          startResponse('200 OK', [])
          return [Buffer.from(String(process.pid))]
        }`,
      )
      const [file = '', ...args] = program()
      await using command = start(file, [...args, bin, '-b', '127.0.0.1:0', 'app:app'], folder)
      const site = `http://127.0.0.1:${await command.port()}`
      const first = await booted(command, 1)
      expect(await answer(`${site}/fail`)).toBe(String(first))
      await command.says(/Exception outside of any request\n {2}Error: too late/)
      await command.says(`Worker (pid: ${first}) is being replaced`)
      const second = await booted(command, 2)
      await vi.waitUntil(async () => (await answer(site)) === String(second), 30_000)
    })
  },
)
