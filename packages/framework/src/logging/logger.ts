/** `app.logger`: what an app says about itself. */
import type { Environ } from '@phial/core'
import { asJson, asLine, type Level, LEVELS, type LogFields, type LogRecord } from './formats.ts'

/** The settings that a logger reads. */
export interface LogSettings {
  readonly LOG_LEVEL: Level | undefined
  readonly LOG_FORMAT: 'text' | 'json' | undefined
  readonly DEBUG: boolean
}

/** Does something with what was said. */
export type LogHandler = (record: LogRecord) => void

/**
 * A log with a method for each level: `app.logger.warning('Stock is low', { item: 'tea', left: 3 })`.
 *
 * It writes a line for a person in debug mode and where standard error is a terminal, and an object
 * of JSON on a line anywhere else, unless `LOG_FORMAT` says which; into the log of the request that is being answered,
 * `wsgi.errors`, or to standard error. `LOG_LEVEL` says what is too little to be written. It keeps no
 * files: the server and the system do that.
 *
 * ```ts
 * app.logger.handler = ({ level, message, fields }) => pino[level === 'warning' ? 'warn' : 'info'](fields, message)
 * ```
 */
export class Logger {
  /** Where it all goes. Set another one to have it elsewhere. Default: `write`. */
  handler: LogHandler = (record) => this.write(record)
  readonly #settings: LogSettings
  readonly #environ: () => Environ | undefined

  /** `environ` returns that of the request in progress, if there is one: records go to its `wsgi.errors`. */
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

  /** Logs at a given level. `environ` is that of the request which the record belongs to. Default: the current one. */
  log(
    level: Level,
    message: string,
    fields: LogFields = {},
    environ: Environ | undefined = this.#environ(),
  ): void {
    if (!this.isEnabledFor(level)) return
    this.handler({ time: new Date(), level, message, fields, environ })
  }

  /** Whether what is said at a level is written, so that it is worth working out. */
  isEnabledFor(level: Level): boolean {
    const { LOG_LEVEL, DEBUG } = this.#settings
    return LEVELS.indexOf(level) >= LEVELS.indexOf(LOG_LEVEL ?? (DEBUG ? 'debug' : 'info'))
  }

  /** Writes a record as the usual handler does. */
  write(record: LogRecord): void {
    const { LOG_FORMAT, DEBUG } = this.#settings
    const format = LOG_FORMAT ?? (DEBUG || isTerminal() ? 'text' : 'json')
    const text = format === 'text' ? asLine(record) : asJson(record)
    if (record.environ === undefined) console.error(text)
    else record.environ['wsgi.errors'].write(`${text}\n`)
  }
}

/** Not every place where this runs has a process. */
function isTerminal(): boolean {
  const { process } = globalThis as { process?: { stderr?: { isTTY?: boolean } } }
  return process?.stderr?.isTTY === true
}
