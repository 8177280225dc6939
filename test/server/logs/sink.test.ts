import { spawn } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, renameSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { Sink } from '../../../packages/server/src/logs/sink.ts'
import { folderWith } from '../support/folder.ts'

const built = fileURLToPath(new URL('../../../packages/server/dist/logs/sink.js', import.meta.url))

const silent = (reason: string): never => {
  throw new Error(`unexpected report: ${reason}`)
}

describe('a file', () => {
  test('is appended to in order, and is complete after close()', async () => {
    await using folder = await folderWith({ log: 'before\n' })
    const sink = Sink.open(join(folder.path, 'log'), silent)
    const lines = Array.from({ length: 1000 }, (_, at) => `line ${at} é\n`)
    for (const [at, line] of lines.entries()) sink[at % 3 ? 'write' : 'writeNow'](line)
    await sink.close()
    expect(readFileSync(join(folder.path, 'log'), 'utf8')).toBe(`before\n${lines.join('')}`)
  })

  test('is replaced by reopen() after it was moved, and no line is lost', async () => {
    await using folder = await folderWith({})
    const [path, old] = [join(folder.path, 'log'), join(folder.path, 'log.1')]
    const sink = Sink.open(path, silent)
    for (const name of ['a', 'b', 'c']) sink.write(`${name}\n`)
    renameSync(path, old)
    sink.write('d\n')
    sink.reopen()
    sink.write('e\n')
    await sink.close()
    const [before, after] = [readFileSync(old, 'utf8'), readFileSync(path, 'utf8')]
    expect(before + after).toBe('a\nb\nc\nd\ne\n')
    expect(after).toMatch(/e\n$/)
  })

  test('that cannot be reopened is reported, and the old one is kept', async () => {
    await using folder = await folderWith({ 'a/log': '' })
    const reports: string[] = []
    const sink = Sink.open(join(folder.path, 'a/log'), (reason) => reports.push(reason))
    renameSync(join(folder.path, 'a'), join(folder.path, 'b'))
    sink.reopen()
    sink.write('x\n')
    await sink.close()
    expect(reports).toEqual([expect.stringContaining('ENOENT')])
    expect(readFileSync(join(folder.path, 'b/log'), 'utf8')).toBe('x\n')
  })

  test('without space left is reported once', async () => {
    const reports: string[] = []
    const sink = Sink.open('/dev/full', (reason) => reports.push(reason))
    for (let at = 0; at < 3; at++) {
      sink.writeNow('x\n')
      sink.write('y\n')
    }
    await sink.close()
    expect(reports).toEqual([expect.stringContaining('ENOSPC')])
  })

  test('of several processes has only whole lines', async () => {
    await using folder = await folderWith({})
    const path = join(folder.path, 'log')
    const code = `import { Sink } from ${JSON.stringify(built)}
      const sink = Sink.open(${JSON.stringify(path)}, (reason) => { throw new Error(reason) })
      for (let at = 0; at < 5000; at++) sink.write(process.argv[1].repeat(80) + '\\n')
      await sink.close()`
    const writers = ['a', 'b', 'c'].map((name) =>
      spawn(process.execPath, ['--input-type=module', '-e', code, name], { stdio: 'inherit' }),
    )
    await Promise.all(writers.map((writer) => once(writer, 'close')))
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    expect(lines).toHaveLength(15_000)
    expect(lines.filter((line) => !/^(a{80}|b{80}|c{80})$/.test(line))).toEqual([])
  })
})

test('throws if a file cannot be opened', () => {
  expect(() => Sink.open('/no/such/folder/log', silent)).toThrow('ENOENT')
})

test('loses and reports lines that are not read, and close() does not wait long', async () => {
  // A pipe that is not read. It is non-blocking, as a terminal or a parent process may have made it.
  await using folder = await folderWith({})
  const path = join(folder.path, 'pipe')
  await once(spawn('mkfifo', [path]), 'close')
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  const reports: string[] = []
  const sink = Sink.open(fd, (reason) => reports.push(reason))
  const megabyte = `${'x'.repeat(2 ** 20)}\n`
  for (let at = 0; at < 7; at++) sink.write(megabyte)
  sink.writeNow('y\n')
  expect(reports).toEqual(['lines arrive faster than they can be written'])
  await sink.close()
  closeSync(fd)
})

test('a process exits even if its stderr is a full FIFO that another process has made blocking', async () => {
  await using folder = await folderWith({})
  const path = join(folder.path, 'fifo')
  await once(spawn('mkfifo', [path]), 'close')
  const reader = openSync(path, constants.O_RDWR) // reads nothing
  const code = `import { Sink } from ${JSON.stringify(built)}
process.stderr._handle.setBlocking(true)
process.stderr._handle.setBlocking = () => 0 // as if the other process undid each change immediately
const sink = Sink.open(2, () => undefined)
sink.write('x'.repeat(200_000) + '\\n')
await sink.close()`
  const stdio = ['ignore', 'ignore', reader] as const
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: [...stdio] })
  expect(await once(child, 'exit')).toEqual([0, null])
  closeSync(reader)
})

test('reports once that the reader of an output has exited', async () => {
  // The standard output of a process whose reader exits.
  const code = `import { Sink } from ${JSON.stringify(built)}
    const reports = []
    const sink = Sink.open(1, (reason) => reports.push(reason))
    process.stdin.once('data', async () => {
      for (let at = 0; at < 100; at++) { sink.write('x\\n'); sink.writeNow('y\\n') }
      await sink.close()
      process.stderr.write(String(reports))
      process.exit()
    })`
  const writer = spawn(process.execPath, ['--input-type=module', '-e', code])
  writer.stdout.destroy()
  let said = ''
  writer.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  writer.stdin.end('go')
  const [exit] = (await once(writer, 'close')) as [number]
  expect([exit, said]).toEqual([0, 'EPIPE: broken pipe, write'])
})
