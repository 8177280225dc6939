/**
 * Opens the logs of a process according to the settings. Each process opens its own. Whole lines are appended, so that
 * processes can share a file.
 */
import { isatty } from 'node:tty'
import { errorStream, type ErrorStream } from '@phial/core'
import { StartError, exitCodes } from '../errors.ts'
import { Statsd } from '../metrics/statsd.ts'
import type { Settings } from '../settings/types.ts'
import { combined, type AccessRecord } from './access.ts'
import { errorLog, humanLine, humanText, levels, type ErrorLine, type ErrorLog } from './error.ts'
import { accessText, applicationJson, errorJson } from './json.ts'
import { Sink } from './sink.ts'

export interface Logs {
  /** Logs a response. Missing if there is no access log. */
  readonly access?: (record: AccessRecord) => void
  /** The server's error log. */
  readonly error: ErrorLog
  /** The value of `wsgi.errors`, which writes to the error log. */
  readonly errors: ErrorStream
  /** The statsd client, if one is configured. */
  readonly statsd?: Statsd
  /** Opens new files of the same names, after the old ones have been moved. */
  reopen(): void
  /** Resolves when all lines are written. */
  close(): Promise<void>
}

/** The settings of the logs. */
export type LogSettings = Pick<
  Settings,
  | 'accessLogfile'
  | 'accessLogformat'
  | 'errorLogfile'
  | 'logLevel'
  | 'logFormat'
  | 'statsdHost'
  | 'statsdPrefix'
>

/** Opens the logs. Throws a {@link StartError} for a file that cannot be written. */
export function openLogs(settings: LogSettings): Logs {
  outliveReaders()
  const { errorLogfile, statsdHost, statsdPrefix } = settings
  const errorSink = openSink('--error-logfile', errorLogfile, 2, (reason) => {
    if (errorLogfile !== '-') process.stderr.write(`phial-server: ${errorLogfile}: ${reason}\n`)
  })
  const statsd = statsdHost === undefined ? undefined : Statsd.open(statsdHost, statsdPrefix)
  const isJson = saysJson(settings, errorLogfile, 2)
  const line = counted(isJson ? errorJson : humanLine, statsd)
  const error = errorLog(settings.logLevel, (text) => errorSink.writeNow(text), line)
  const accessSink = openAccess(settings, error)
  const access = accessOf(settings, accessSink, statsd)
  return {
    ...(access && { access }),
    error,
    errors: errorStream((text) =>
      errorSink.writeNow(isJson ? applicationJson(text) : humanText(text)),
    ),
    ...(statsd && { statsd }),
    reopen: () => [errorSink, accessSink].forEach((sink) => sink?.reopen()),
    close: async () => {
      await accessSink?.close()
      await statsd?.close()
      await errorSink.close()
    },
  }
}

function openAccess({ accessLogfile }: LogSettings, error: ErrorLog): Sink | undefined {
  if (accessLogfile === undefined) return undefined
  return openSink('--access-logfile', accessLogfile, 1, (reason) =>
    error.error(`The access log cannot be written: ${reason}`),
  )
}

function openSink(
  flag: string,
  place: string,
  output: number,
  onFault: (reason: string) => void,
): Sink {
  try {
    return Sink.open(place === '-' ? output : place, onFault)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const message = `${flag} ${place} cannot be written: ${reason}${hintFor(place, error)}`
    throw new StartError(exitCodes.configuration, message)
  }
}

/** Explains `ENXIO`, which the system reports for a FIFO without a reader, and for a socket such as the journal's. */
function hintFor(place: string, error: unknown): string {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENXIO')) return ''
  return /^\/(dev\/(stdout|stderr|fd\/)|proc\/)/.test(place)
    ? '; use - for the output of this process'
    : '; no process reads from it, so start its reader first'
}

function saysJson({ logFormat }: LogSettings, place: string, output: number): boolean {
  if (logFormat === 'auto') return place !== '-' || !isatty(output)
  return logFormat === 'json'
}

function accessOf(
  settings: LogSettings,
  sink: Sink | undefined,
  statsd: Statsd | undefined,
): Logs['access'] {
  if (!sink) return statsd && ((record) => statsd.answered(record))
  const line = lineOf(settings)
  return (record) => {
    sink.write(`${line(record)}\n`)
    statsd?.answered(record)
  }
}

function lineOf(settings: LogSettings): (record: AccessRecord) => string {
  const { accessLogfile = '-', accessLogformat } = settings
  return accessText(accessLogformat ?? (saysJson(settings, accessLogfile, 1) ? 'json' : combined))
}

/** Counts messages in gunicorn's metrics `log.warning`, `log.error` and `log.critical`. */
function counted(line: ErrorLine, statsd: Statsd | undefined): ErrorLine {
  if (!statsd) return line
  return (level, message) => {
    if (levels.indexOf(level) >= levels.indexOf('warning')) statsd.count(`log.${level}`)
    return line(level, message)
  }
}

/** Keeps serving if the reader of standard output or standard error exits. */
function outliveReaders(): void {
  for (const output of [process.stdout, process.stderr])
    if (output.listenerCount('error') === 0) output.on('error', () => undefined)
}
