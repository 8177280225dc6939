/** Real worker processes that start and end. */
import { describe, expect, test } from 'vitest'
import { phialServer } from '../support/command.ts'
import { ask, childrenOf, said, whoAnswers } from '../support/fleet.ts'
import { folderWith } from '../support/folder.ts'

const booted = /Booted worker with pid: (\d+)/

test('new connections reach all workers', async () => {
  await using command = phialServer(['-w', '4', '-b', '127.0.0.1:0', 'fleet'])
  const port = await command.port()
  await command.says(booted, 4)
  const counts = await whoAnswers(port, 400)
  expect(new Set(counts.keys())).toEqual(new Set(childrenOf(command.pid)))
  expect(Math.max(...counts.values())).toBeLessThan(300) // supervisor/README.md has the measured shares
})

test('a killed worker is replaced, the log names the signal, and no zombie process is left', async () => {
  await using command = phialServer(['-w', '2', '-b', '127.0.0.1:0', 'fleet'])
  const port = await command.port()
  await command.says(booted, 2)
  const [first = 0] = childrenOf(command.pid)
  process.kill(first, 'SIGKILL')
  await command.says(booted, 3)
  expect(command.stderr).toContain(
    `[ERROR] Worker (pid: ${first}) was killed by SIGKILL, which this server did not send`,
  )
  expect(childrenOf(command.pid)).toHaveLength(2)
  expect([...(await whoAnswers(port, 10)).keys()]).not.toContain(first)
})

test('a worker that repeatedly crashes after it was ready is replaced with a delay', async () => {
  await using command = phialServer(['-b', '127.0.0.1:0', '--log-level', 'debug', 'fleet'])
  const port = await command.port()
  for (const time of [1, 2, 3]) {
    // oxlint-disable-next-line no-await-in-loop -- one crash after another
    await command.says(booted, time)
    // oxlint-disable-next-line no-await-in-loop -- as above
    expect(await ask(port, '/crash')).toBe('')
  }
  await command.says(booted, 4)
  expect(said(command, /(\[ERROR\]) Worker \(pid: \d+\) ended with exit code 7/)).toHaveLength(3)
})

describe('a worker that cannot boot', () => {
  test('ends the start with its error, which is printed once', async () => {
    await using folder = await folderWith({ 'app.mjs': 'throw new Error("boom")\n' })
    const args = ['-w', '3', '-b', '127.0.0.1:0', 'app']
    await using command = phialServer(args, { cwd: folder.path })
    const { code, stderr } = await command.ended
    expect(code).toBe(4)
    expect(stderr).toMatch(/^phial-server: importing app\.mjs failed: Error: boom\n\nError: boom\n/)
    expect(stderr.match(/^phial-server/gm)).toHaveLength(1)
  })

  test('because it exits, ends the start with 3', async () => {
    await using folder = await folderWith({ 'app.mjs': 'process.exit(9)\n' })
    await using command = phialServer(['-b', '127.0.0.1:0', 'app'], { cwd: folder.path })
    expect(await command.ended).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(
        /^phial-server: a worker \(pid: \d+\) ended with exit code 9 before it was ready\n/,
      ),
    })
  })
})

test('a worker that has answered --max-requests is replaced, and no request fails', async () => {
  const args = ['--max-requests', '20', '--max-requests-jitter', '5', '-b', '127.0.0.1:0', 'fleet']
  await using command = phialServer(args)
  const port = await command.port()
  const pids = new Set<string>()
  while (pids.size < 4) {
    // oxlint-disable-next-line no-await-in-loop -- one after another
    pids.add(await ask(port))
  }
  expect(pids).not.toContain('')
  expect(command.stderr).toMatch(/is being replaced: it has answered \d+ of 2\d requests/)
})

test('a worker that exceeds --max-memory is replaced', async () => {
  await using command = phialServer(['--max-memory', '200M', '-b', '127.0.0.1:0', 'fleet'])
  const port = await command.port()
  const first = await ask(port)
  for (let at = 0; at < 4; at += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after another
    await ask(port, '/grow')
  }
  await command.says(`Worker (pid: ${first}) is being replaced: it uses`)
  await command.says(`Worker (pid: ${first}) has exited`)
  expect(await ask(port)).not.toBe(first)
})

test('a stopped worker delays no request, and is killed by the master', async () => {
  await using command = phialServer(['-w', '2', '-t', '1', '-b', '127.0.0.1:0', 'fleet'])
  const port = await command.port()
  await command.says(booted, 2)
  const [stopped = 0] = childrenOf(command.pid)
  process.kill(stopped, 'SIGSTOP')
  expect([...(await whoAnswers(port, 6)).keys()]).not.toContain(stopped)
  await command.says(`Worker (pid: ${stopped}) was killed: it has not responded for`)
  await command.says(booted, 3)
})
