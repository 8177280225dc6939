/** `--reload`: in place of a master with workers, one process that starts its application anew when its code has changed. */
import { cannotListen, clearPath, readAddresses, showAddress } from '../bind.ts'
import { exitCodes, StartError, type ExitCode } from '../errors.ts'
import { drawnAt } from '../load/xray.ts'
import { combined } from '../logs/access.ts'
import { openLogs } from '../logs/open.ts'
import { reload, type Reloading } from '../reload.ts'
import type { Told } from '../reload/maker.ts'
import type { Settings } from '../settings/types.ts'
import { SignalQueue } from './signals.ts'

/** Serves until a signal stops it, or the end of its terminal (`HUP`); another one hurries. Rejects with a {@link StartError} where it cannot listen. */
export async function develop(settings: Settings, app: string, folder: string): Promise<ExitCode> {
  const queue = new SignalQueue()
  queue.listen()
  const logs = openLogs(settings)
  const log = logs.error
  try {
    const server = await listen(settings, app, folder, (line) => log.info(line))
    for (const [at, address] of server.addresses.entries()) {
      const url = showAddress(address, settings.bind[at] ?? '')
      log.info(`Listening at: ${url} (${process.pid})`)
      if (settings.xray) log.info(drawnAt(url, process.env))
    }
    log.info('The application starts anew when its code has changed (--reload)')
    log.info(`Handling signal: ${(await queue.nextStop('HUP')).toLowerCase()}`)
    void queue.nextStop('HUP').then(() => server.close(true))
    await server.close()
  } finally {
    await logs.close()
    queue.close()
  }
  return exitCodes.ok
}

async function listen(
  { bind, accessLogfile, accessLogformat = combined, xray }: Settings,
  app: string,
  folder: string,
  log: (line: string) => void,
): Promise<Reloading> {
  if (accessLogfile !== undefined && accessLogfile !== '-') {
    throw new StartError(
      exitCodes.configuration,
      'with --reload the access log goes to standard output: say --access-logfile -',
    )
  }
  const addresses = readAddresses(bind)
  for (const [at, { path }] of addresses.entries())
    // oxlint-disable-next-line no-await-in-loop -- they are few
    if (path !== undefined) await clearPath(path, bind[at] ?? '')
  try {
    const format = accessLogfile === '-' ? accessLogformat : undefined
    const told: Told = { xray }
    return await reload({ app, folder, listen: addresses, told, accessLogformat: format, log })
  } catch (error) {
    throw cannotListen(bind.join(', '), error)
  }
}
