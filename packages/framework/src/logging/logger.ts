/** `app.logger`: the log of an app. */
import type { Environ } from '@phial/core'
import { asJson, asLine, type Level, LEVELS, type LogFields, type LogRecord } from './formats.ts'

/** The settings of a logger. */
export interface LogSettings {
  readonly LOG_LEVEL: Level | undefined
  readonly LOG_FORMAT: 'text' | 'json' | undefined
  readonly DEBUG: boolean
}

/** Receives log records. */
export type LogHandler = (record: LogRecord) => void

/**
 * A log with a method for each level: `app.logger.warning('Stock is low', { item: 'tea', left: 3 })`.
 *
 * It writes to `wsgi.errors` of the current request, or to standard error outside of a request. The format is text in debug
 * mode and if standard error is a terminal. Otherwise, it is one JSON object per line. `LOG_FORMAT` overrides the format.
 * `LOG_LEVEL` is the lowest level that is written. The logger does not write files. The server or the system can do that.
 *
 * ```ts
 * app.logger.handler = ({ level, message, fields }) => pino[level === 'warning' ? 'warn' : 'info'](fields, message)
 * ```
 */
export class Logger {
  /** Receives all records. Replace it to send them elsewhere. Default: `write`. */
  handler: LogHandler = (record) => this.write(record)
  readonly #settings: LogSettings
  readonly #environ: () => Environ | undefined

  /** `environ` returns the environ of the current request, if there is one. Records go to its `wsgi.errors`. */
  constructor(settings: LogSettings, environ: () => Environ | undefined = () => undefined) {
    this.#settings = settings
    this.#environ = environ
  }

  debug(message: string, fields: LogFields = {}): void {
    this.log('debug', message, fields)
  }

  info(message: string, fields: LogFields = {}): void {
    this.log('info', message, fields)
  }

  warning(message: string, fields: LogFields = {}): void {
    this.log('warning', message, fields)
  }

  error(message: string, fields: LogFields = {}): void {
    this.log('error', message, fields)
  }

  critical(message: string, fields: LogFields = {}): void {
    this.log('critical', message, fields)
  }

  /** Logs at a given level. `environ` is the environ of the request that the record belongs to. Default: the current request. */
  log(
    level: Level,
    message: string,
    fields: LogFields = {},
    environ: Environ | undefined = this.#environ(),
  ): void {
    if (!this.isEnabledFor(level)) return
    this.handler({ time: new Date(), level, message, fields, environ })
  }

  /** Reports whether records of a level are written, so that expensive fields can be skipped. */
  isEnabledFor(level: Level): boolean {
    const { LOG_LEVEL, DEBUG } = this.#settings
    return LEVELS.indexOf(level) >= LEVELS.indexOf(LOG_LEVEL ?? (DEBUG ? 'debug' : 'info'))
  }

  /** Writes a record. This is the default handler. */
  write(record: LogRecord): void {
    const { LOG_FORMAT, DEBUG } = this.#settings
    const format = LOG_FORMAT ?? (DEBUG || isTerminal() ? 'text' : 'json')
    const text = format === 'text' ? asLine(record) : asJson(record)
    if (record.environ === undefined) console.error(text)
    else record.environ['wsgi.errors'].write(`${text}\n`)
  }
}

/** Reports whether standard error is a terminal. Some platforms do not have `process`. */
function isTerminal(): boolean {
  const { process } = globalThis as { process?: { stderr?: { isTTY?: boolean } } }
  return process?.stderr?.isTTY === true
}
