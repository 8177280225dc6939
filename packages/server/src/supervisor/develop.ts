/** `--reload`: runs a development server, which restarts the application after its code has changed, instead of a master with workers. */
import { cannotListen, clearPath, readAddresses, showAddress } from '../bind.ts'
import { exitCodes, StartError, type ExitCode } from '../errors.ts'
import { xrayLine } from '../load/xray.ts'
import { combined } from '../logs/access.ts'
import { openLogs } from '../logs/open.ts'
import { reload, type Reloading } from '../reload.ts'
import type { MakerData } from '../reload/maker.ts'
import type { Settings } from '../settings/types.ts'
import { SignalQueue } from './signals.ts'

/** Serves until a stop signal, or until its terminal closes (`HUP`). A second signal cuts in-flight requests. Rejects with a {@link StartError} if it cannot listen. */
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
      if (settings.xray) log.info(xrayLine(url, process.env))
    }
    log.info('The application restarts when its code changes (--reload)')
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
      '--reload writes the access log to standard output only; use --access-logfile -',
    )
  }
  const addresses = readAddresses(bind)
  for (const [at, { path }] of addresses.entries())
    // oxlint-disable-next-line no-await-in-loop -- they are few
    if (path !== undefined) await clearPath(path, bind[at] ?? '')
  try {
    const format = accessLogfile === '-' ? accessLogformat : undefined
    const told: MakerData = { xray }
    return await reload({ app, folder, listen: addresses, told, accessLogformat: format, log })
  } catch (error) {
    throw cannotListen(bind.join(', '), error)
  }
}
