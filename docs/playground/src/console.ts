/** The console of a program: lines of text, of which there are only so many. */
import { describeValue } from '@phial/xray'
import { LIMITS } from './protocol.ts'

const METHODS = ['log', 'info', 'debug', 'warn', 'error', 'dir', 'table', 'trace'] as const

/** A console whose lines go to `write`. What is too much is cut, and a line says so once. */
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

/** As `console.log` does: texts bare, `%s` and the like filled in. */
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
