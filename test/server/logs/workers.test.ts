/** The common logs and metrics of a master and several workers. */
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { apps, phialServer } from '../support/command.ts'
import { fileSays } from '../support/file.ts'
import { folderWith } from '../support/folder.ts'
import { exchange, readAnswer, request } from '../support/raw.ts'
import { udpListener } from '../support/udp.ts'

const at = ['-b', '127.0.0.1:0', '--chdir', apps]
const get = (path: string): string =>
  request([`GET ${path} HTTP/1.1`, 'Host: a', 'Connection: close'])
const lines = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []

test('USR1: master and workers open new files, and no line is lost', async () => {
  await using folder = await folderWith({})
  const [access, error] = [join(folder.path, 'access'), join(folder.path, 'error')]
  const files = ['--access-logfile', access, '--error-logfile', error]
  await using command = phialServer([
    ...at,
    '-w',
    '2',
    ...files,
    '--access-logformat',
    '%(p)s',
    'failing',
  ])
  const [, port] = await fileSays(error, /Listening at: http:\/\/127\.0\.0\.1:(\d+)/)
  let asked = 0
  /** Sends requests until both workers have a line in the access log. */
  const askBoth = async (): Promise<void> => {
    while (new Set(lines(access)).size < 2) {
      // oxlint-disable-next-line no-await-in-loop -- a request after the other
      await exchange(Number(port), get('/fail'))
      asked += 1
    }
  }
  await askBoth()
  renameSync(access, `${access}.1`)
  renameSync(error, `${error}.1`)
  command.signal('SIGUSR1')
  await askBoth()
  command.signal('SIGTERM')
  expect(await command.ended).toMatchObject({ code: 0, stdout: '', stderr: '' })
  expect(lines(access).length + lines(`${access}.1`).length).toBe(asked)
  expect(lines(`${error}.1`).join('\n')).toContain('Handling signal: usr1')
  expect(lines(error).join('\n')).toMatch(/Exception on "\/fail"[^]*Handling signal: term/)
})

/** Returns all samples of a metrics page by their complete name. */
async function metrics(path: string): Promise<Record<string, number>> {
  const ask = request(['GET /metrics HTTP/1.1', 'Host: a', 'Connection: close'])
  const { body } = readAnswer(await exchange(path, ask))
  const samples = body.split('\n').filter((line) => line.startsWith('phial'))
  return Object.fromEntries(
    samples.map((line) => [line.replace(/ \S+$/, ''), Number(/\S+$/.exec(line)?.[0])]),
  )
}

test('metrics are summed over the workers, and no counter decreases when a worker is killed', async () => {
  await using folder = await folderWith({})
  const socket = join(folder.path, 'metrics.sock')
  await using command = phialServer([...at, '-w', '2', '--metrics', `unix:${socket}`, 'failing'])
  const port = await command.port()
  for (let count = 0; count < 20; count++) {
    // oxlint-disable-next-line no-await-in-loop -- a request after the other
    await exchange(port, get(count % 4 ? '/' : '/fail'))
  }
  /** Requests the metrics until they match. No counter may decrease. */
  let last: Record<string, number> = {}
  const until = async (isThere: (now: Record<string, number>) => boolean): Promise<void> => {
    do {
      // oxlint-disable-next-line no-await-in-loop -- one look after the other
      const now = await metrics(socket)
      for (const [name, value] of Object.entries(last))
        if (!/in_flight|workers$/.test(name)) expect(now[name]).toBeGreaterThanOrEqual(value)
      last = now
    } while (!isThere(last))
  }
  await until((now) => now['phial_requests_total{status="2xx"}'] === 15)
  expect(last).toMatchObject({
    'phial_requests_total{status="5xx"}': 5,
    phial_request_duration_seconds_count: 20,
    phial_requests_in_flight: 0,
    phial_workers: 2,
    phial_worker_exits_total: 0,
  })
  const [, pid] = await command.says(/Booted worker with pid: (\d+)/)
  process.kill(Number(pid), 'SIGKILL')
  await until((now) => now['phial_worker_exits_total'] === 1 && now['phial_workers'] === 2)
  await exchange(port, get('/'))
  await until((now) => now['phial_requests_total{status="2xx"}'] === 16)
  command.signal('SIGTERM')
  expect(await command.ended).toMatchObject({ code: 0 })
})

test('statsd receives the number of workers from the master, and responses from each worker', async () => {
  await using listener = await udpListener()
  const statsd = ['--statsd-host', `127.0.0.1:${listener.port}`]
  await using command = phialServer([...at, '-w', '2', ...statsd, 'failing'])
  const port = await command.port()
  await exchange(port, get('/'))
  await exchange(port, get('/'))
  const isThere = (wanted: string): Promise<void> => listener.until((all) => all.includes(wanted))
  await isThere('phial.workers:2|g')
  await listener.until((all) => all.filter((one) => one === 'phial.requests:1|c').length === 2)
  command.signal('SIGTTIN')
  await isThere('phial.workers:3|g')
  command.signal('SIGTERM')
  expect(await command.ended).toMatchObject({ code: 0 })
})
