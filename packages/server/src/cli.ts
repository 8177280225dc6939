/**
 * `phial-server`: settings → addresses bound → application loaded → served → stopped by a signal.
 * The only file that knows of the command line, the environment and the process.
 */
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ApplicationLike } from '@phial/core'
import { StartError, exitCodes, type ExitCode } from './errors.ts'
import { readAddress } from './bind.ts'
import { loadApplication } from './load.ts'
import type { ErrorLog } from './logs/error.ts'
import { openLogs } from './logs/open.ts'
import { openService, type OpenService } from './serve.ts'
import { readWithPlaces } from './settings/read.ts'
import { configText, helpText } from './settings/show.ts'
import type { Settings } from './settings/types.ts'

/** Runs the command to its end, and gives the code to exit with. */
export async function main(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<ExitCode> {
  try {
    const read = await readWithPlaces(argv, env)
    const { settings } = read
    if (settings.help) return print(helpText())
    if (settings.version) return print(`phial-server ${version()}\n`)
    if (settings.printConfig) return print(configText(read))
    return await runServer(settings)
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    process.stderr.write(
      `phial-server: ${error.message}\n${error.detail ? `\n${error.detail}\n` : ''}`,
    )
    return error.exitCode
  }
}

function print(text: string): ExitCode {
  process.stdout.write(text)
  return exitCodes.ok
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

async function runServer(settings: Settings): Promise<ExitCode> {
  const { app, folder } = check(settings)
  if (settings.checkConfig) return loadApplication(app, folder).then(() => exitCodes.ok)
  const logs = openLogs(settings)
  const signals = stopSignals()
  const service = await openService({
    bind: settings.bind,
    keepAlive: settings.keepAlive,
    gracefulTimeout: settings.gracefulTimeout,
    onAnswer: logs.access,
    errorLog: (text) => logs.errors.write(text),
  })
  try {
    const loaded = await Promise.race([loadApplication(app, folder), signals.first])
    if (typeof loaded !== 'string') start(service, loaded, logs.error)
    await stop(service, signals, logs.error)
  } finally {
    await service.close(true)
    await logs.close()
  }
  return exitCodes.ok
}

function start(service: OpenService, app: ApplicationLike, log: ErrorLog): void {
  service.start(app)
  log.info(`Starting phial-server ${version()}`)
  for (const address of service.addresses) log.info(`Listening at: ${address} (${process.pid})`)
}

/** Waits for a signal, and finishes what is under way; another signal hurries. */
async function stop(service: OpenService, signals: StopSignals, log: ErrorLog): Promise<void> {
  log.info(`Handling signal: ${await signals.first}`)
  void signals.second.then((name) => {
    log.info(`Handling signal: ${name}, again: what is under way is cut`)
    return service.close(true)
  })
  await service.close()
  log.info('Shutting down')
}

/** What can be seen to be wrong before anything is started. */
function check({ app, chdir, bind }: Settings): { app: string; folder: string } {
  if (app === undefined) {
    throw new StartError(
      exitCodes.configuration,
      'no application was named; say phial-server MODULE:APP, or --help',
    )
  }
  const folder = resolve(chdir)
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new StartError(exitCodes.configuration, `--chdir ${chdir}: there is no such folder`)
  }
  process.chdir(folder)
  bind.forEach(readAddress)
  return { app, folder }
}

interface StopSignals {
  readonly first: Promise<string>
  readonly second: Promise<string>
}

/** Signals are only taken down here; `stop` does what they ask. */
function stopSignals(): StopSignals {
  const waiting: ((name: string) => void)[] = []
  const next = (): Promise<string> => new Promise((resolve) => waiting.push(resolve))
  const signals = { first: next(), second: next() }
  process.on('SIGINT', () => waiting.shift()?.('int'))
  process.on('SIGTERM', () => waiting.shift()?.('term'))
  return signals
}
