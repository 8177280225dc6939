/** `--reload`: for development. One process runs the application, and is started anew when a file of it has changed. */
import { readAddress, showAddress } from './bind.ts'
import { exitCodes, StartError, type ExitCode } from './errors.ts'
import { headline } from './load/import.ts'
import { combined } from './logs/access.ts'
import { openLogs } from './logs/open.ts'
import { reload, type Reloading } from './reload.ts'
import type { Settings } from './settings/types.ts'
import { SignalQueue } from './supervisor/signals.ts'

/** Serves until a signal stops it; a second one hurries. Rejects with a {@link StartError} for what cannot be started. */
export async function develop(settings: Settings, app: string): Promise<ExitCode> {
  const signals = new SignalQueue()
  signals.listen()
  const logs = openLogs({ ...settings, accessLogfile: undefined })
  try {
    const server = await start(settings, app, logs.error.info)
    for (const [at, address] of server.addresses.entries()) {
      const url = showAddress(address, settings.bind[at] ?? '')
      logs.error.info(`Listening at: ${url} (${process.pid}), with --reload`)
    }
    const first = await signals.nextStop()
    logs.error.info(`Handling signal: ${first.toLowerCase()}`)
    void signals.nextStop().then(() => server.close(true))
    await server.close(first === 'QUIT')
  } finally {
    await logs.close()
    signals.close()
  }
  return exitCodes.ok
}

async function start(
  { accessLogfile, accessLogformat = combined, bind, chdir }: Settings,
  app: string,
  log: (line: string) => void,
): Promise<Reloading> {
  if (accessLogfile !== undefined && accessLogfile !== '-')
    throw failure('with --reload the access log goes to standard output: say --access-logfile -')
  const listen = bind.map(readAddress)
  const format = accessLogfile === undefined ? undefined : accessLogformat
  try {
    return await reload({ app, folder: chdir, listen, accessLogformat: format, log })
  } catch (error) {
    throw failure(`cannot listen at ${bind.join(', ')}: ${headline(error)}`)
  }
}

function failure(message: string): StartError {
  return new StartError(exitCodes.configuration, message)
}
