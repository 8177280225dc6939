/** The hooks in real processes. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { errorLog } from '../../../packages/server/src/logs/error.ts'
import { callHook, requireHook } from '../../../packages/server/src/supervisor/hooks.ts'
import { phialServer, runToEnd } from '../support/command.ts'
import { ask, childrenOf } from '../support/fleet.ts'
import { folderWith } from '../support/folder.ts'

const names = [
  'onStarting',
  'whenReady',
  'onReload',
  'nworkersChanged',
  'preFork',
  'childExit',
  'onExit',
  'postFork',
  'postWorkerInit',
  'workerInt',
  'workerExit',
  'preRequest',
  'postRequest',
]
const config = `
import { appendFileSync } from 'node:fs'
const note = (name) => [name, () => appendFileSync('order', process.pid + ' ' + name + '\\n')]
export default { hooks: Object.fromEntries(${JSON.stringify(names)}.map(note)) }
`
const app = `export const app = (environ, startResponse) => {
  startResponse('200 OK', [])
  return [Buffer.from(String(process.pid))]
}`

test('each hook is called once, in order, from start to stop with a reload in between', async () => {
  await using folder = await folderWith({ 'app.mjs': app, 'phial-server.config.mjs': config })
  await using command = phialServer(['-b', '127.0.0.1:0', 'app'], { cwd: folder.path })
  const port = await command.port()
  const first = await ask(port)
  command.signal('SIGHUP')
  await command.says('Reloaded')
  await command.says(`Worker (pid: ${first}) has exited`)
  const [second] = childrenOf(command.pid)
  command.signal('SIGQUIT')
  await command.ended
  const lines = readFileSync(join(folder.path, 'order'), 'utf8').trimEnd().split('\n')
  const of = (pid: unknown): string[] =>
    lines
      .filter((line) => line.startsWith(`${String(pid)} `))
      .map((line) => line.split(' ')[1] ?? '')
  expect(of(command.pid)).toEqual([
    'onStarting',
    'nworkersChanged',
    'preFork',
    'whenReady',
    'onReload',
    'preFork',
    'childExit',
    'childExit',
    'onExit',
  ])
  const life = ['postFork', 'postWorkerInit']
  expect(of(first)).toEqual([...life, 'preRequest', 'postRequest', 'workerExit'])
  expect(of(second)).toEqual([...life, 'workerInt', 'workerExit'])
})

test('an error in onStarting aborts the start, with its own stack', async () => {
  await using folder = await folderWith({
    'app.mjs': app,
    'phial-server.config.mjs':
      'export default { hooks: { onStarting() { throw new Error("no") } } }',
  })
  const { code, stderr } = await runToEnd(['-b', '127.0.0.1:0', 'app'], { cwd: folder.path })
  expect([code, stderr.split('\n')[0]]).toEqual([
    1,
    'phial-server: the hook onStarting failed: Error: no',
  ])
})

test('an error in a later hook is logged', async () => {
  const lines: string[] = []
  const log = errorLog('info', (line) => void lines.push(line))
  const info = { pid: 1, settings: {} as never, log, workers: [] }
  const hooks = { onExit: async (): Promise<never> => Promise.reject(new Error('no')) }
  await callHook(hooks, log, 'onExit', info)
  await callHook(hooks, log, 'whenReady', info)
  expect(lines).toEqual([expect.stringContaining('[ERROR] the hook onExit failed: Error: no\n')])
  await expect(requireHook(hooks, 'onExit', info)).rejects.toMatchObject({ exitCode: 1 })
})
