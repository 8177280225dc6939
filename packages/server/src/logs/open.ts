/**
 * The logs of one process, as the settings want them. Each process opens its own: files are appended
 * to, line by line, so that all can share them.
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
  /** Takes down an answer; nothing where nobody wants to know. */
  readonly access?: (record: AccessRecord) => void
  /** What the server says of itself. */
  readonly error: ErrorLog
  /** What applications find as `wsgi.errors`: it goes where the error log goes. */
  readonly errors: ErrorStream
  /** Where the numbers go, if they go anywhere. */
  readonly statsd?: Statsd
  /** Goes on in new files of the same names, after the old ones have been moved away. */
  reopen(): void
  /** Kept when all is written. */
  close(): Promise<void>
}

/** What of the settings the logs need. */
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

/** `ENXIO` is what the system says of a FIFO without a reader, and of a socket, such as the journal's. */
function hintFor(place: string, error: unknown): string {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENXIO')) return ''
  return /^\/(dev\/(stdout|stderr|fd\/)|proc\/)/.test(place)
    ? '; say - for an output of this process'
    : '; no process reads from it: start its reader first'
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

/** gunicorn's `log.warning`, `log.error` and `log.critical`. */
function counted(line: ErrorLine, statsd: Statsd | undefined): ErrorLine {
  if (!statsd) return line
  return (level, message) => {
    if (levels.indexOf(level) >= levels.indexOf('warning')) statsd.count(`log.${level}`)
    return line(level, message)
  }
}

/** Whoever read what this process prints may leave: serving goes on. */
function outliveReaders(): void {
  for (const output of [process.stdout, process.stderr])
    if (output.listenerCount('error') === 0) output.on('error', () => undefined)
}
