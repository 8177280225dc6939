/** The console of a program, with a limited number of lines. */
import { describeValue } from '@phial/xray'
import { LIMITS } from './protocol.ts'

const METHODS = ['log', 'info', 'debug', 'warn', 'error', 'dir', 'table', 'trace'] as const

/** Returns a console that passes its lines to `write`. Truncates long lines, and drops lines beyond the limit with a warning. */
export function makeConsole(write: (level: string, text: string) => void): Partial<Console> {
  let lines = 0
  const say =
    (level: string) =>
    (...values: unknown[]): void => {
      lines += 1
      if (lines > LIMITS.lines + 1) return
      if (lines > LIMITS.lines)
        return write('warn', `The console shows the first ${LIMITS.lines} lines.`)
      const text = format(values)
      write(level, text.length > LIMITS.line ? `${text.slice(0, LIMITS.line)}…` : text)
    }
  const nothing = (): void => undefined
  const methods = METHODS.map((name) => [name, say(name)])
  const others = ['group', 'groupEnd', 'time', 'timeEnd', 'count', 'clear', 'assert']
  return Object.fromEntries([...others.map((name) => [name, nothing]), ...methods])
}

/** Formats values like `console.log`: strings without quotes, and placeholders such as `%s` replaced. */
function format(values: readonly unknown[]): string {
  const rest = [...values]
  const [first] = rest
  let text = ''
  if (typeof first === 'string' && /%[sdifjoO]/.test(first)) {
    rest.shift()
    text = first.replaceAll(/%[sdifjoO]/g, (mark) =>
      rest.length === 0 ? mark : bare(rest.shift()),
    )
  }
  return [...(text === '' ? [] : [text]), ...rest.map(bare)].join(' ')
}

const bare = (value: unknown): string =>
  typeof value === 'string' ? value.slice(0, LIMITS.line + 1) : describeValue(value, 2)
