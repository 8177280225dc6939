/** The levels from most to least verbose, with gunicorn's names. */
export const levels = ['debug', 'info', 'warning', 'error', 'critical'] as const

export type Level = (typeof levels)[number]

/** The server's error log, with a method for each level. */
export type ErrorLog = Record<Level, (message: string) => void>

/** Formats a message as a line, without a line feed. */
export type ErrorLine = (level: Level, message: string) => string

/** Creates a log that passes messages of at least `level` to `write`, and drops the others. */
export function errorLog(
  level: Level,
  write: (line: string) => void,
  line: ErrorLine = humanLine,
): ErrorLog {
  const least = levels.indexOf(level)
  const at =
    (name: Level) =>
    (message: string): void => {
      if (levels.indexOf(name) >= least) write(`${line(name, message)}\n`)
    }
  return {
    debug: at('debug'),
    info: at('info'),
    warning: at('warning'),
    error: at('error'),
    critical: at('critical'),
  }
}

/** Formats a message as `[2026-11-22 20:55:11 +0100] [4711] [INFO] message`. */
export function humanLine(level: Level, message: string): string {
  return `[${timestamp(new Date())}] [${process.pid}] [${level.toUpperCase()}] ${oneRecord(message)}`
}

/**
 * Formats text written by an application for a human-readable log. The text may contain data from a client, so its first
 * line cannot look like one of the server's, and continuation lines are indented.
 */
export function humanText(text: string): string {
  const shown = oneRecord(text)
  return shown.startsWith('[') ? `  ${shown}` : shown
}

/** Formats multi-line text as one record: indents continuation lines and escapes control characters. */
function oneRecord(text: string): string {
  return text
    .replaceAll(/\r\n/g, '\n')
    .replaceAll(CONTROL, escaped)
    .replaceAll(/\n(?=[^\s])/g, '\n  ')
}

/** Matches control characters except tab and line feed, and Unicode line separators. */
const CONTROL = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]/g

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function timestamp(date: Date): string {
  const two = (part: number): string => String(part).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return `${day} ${time} ${zone(date)}`
}

/** Returns the time zone offset of a date, such as `+0100`. */
export function zone(date: Date): string {
  const minutes = -date.getTimezoneOffset()
  const hhmm = Math.floor(Math.abs(minutes) / 60) * 100 + (Math.abs(minutes) % 60)
  return `${minutes < 0 ? '-' : '+'}${String(hhmm).padStart(4, '0')}`
}
