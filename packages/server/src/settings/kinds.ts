/** The types of settings. Each kind parses a value from the command line or from a config file. */

export interface Kind<T> {
  /** Parses a value. Returns `undefined` if it is invalid. A list receives all its values at once. */
  readonly read: (given: unknown) => T | undefined
  /** The allowed values, as a phrase that follows "expected" in an error message. */
  readonly takes: string
  /** The TypeScript type of a parsed value. */
  readonly type: string
  /** The TypeScript type that a config file may use, if it allows more than `type`. */
  readonly configType?: string
  /** The placeholder for the value in `--help`. A switch has none. */
  readonly value?: string
  /** Whether the option may be repeated. */
  readonly isList?: true
}

const TEXT = 'a non-empty string'
const WHOLE = /^\d{1,15}$/

function readText(given: unknown): string | undefined {
  return typeof given === 'string' && given !== '' ? given : undefined
}

/** A non-empty string, with the placeholder `value` in `--help`. */
export function text(value: string): Kind<string> {
  return { type: 'string', takes: TEXT, value, read: readText }
}

export const file: Kind<string> = text('FILE')

/** One of the given names. */
export function choice<T extends string>(...names: readonly T[]): Kind<T> {
  return {
    type: names.map((name) => `'${name}'`).join(' | '),
    takes: names.join(', ').replace(/, ([^,]+)$/, ' or $1'),
    value: names.join('|'),
    read: (given) => names.find((name) => name === given),
  }
}

/** An integer that is at least `least`. */
export function count(least: number): Kind<number> {
  const read = (given: unknown): number | undefined => {
    const number = typeof given === 'string' && WHOLE.test(given) ? Number(given) : given
    return typeof number === 'number' && Number.isSafeInteger(number) && number >= least
      ? number
      : undefined
  }
  return { type: 'number', takes: `a whole number, ${least} or more`, value: 'N', read }
}

/** The longest delay of a timer, in seconds: 2³¹ - 1 milliseconds. */
const LONGEST = 2_147_483

export const seconds: Kind<number> = {
  type: 'number',
  takes: `a number of seconds, up to ${LONGEST}`,
  value: 'SECONDS',
  read: (given) => {
    const number = typeof given === 'string' && /^\d+(\.\d+)?$/.test(given) ? Number(given) : given
    return typeof number === 'number' && number >= 0 && number <= LONGEST ? number : undefined
  },
}

const UNITS = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }

export const bytes: Kind<number> = {
  type: 'number',
  configType: 'number | string',
  takes: 'a number of bytes, which may end in k, M or G',
  value: 'BYTES',
  read: (given) => {
    const [, digits, unit] = /^(\d+)([kmg]?)$/i.exec(String(given)) ?? []
    if (digits === undefined || !/^(number|string)$/.test(typeof given)) return undefined
    const size = Number(digits) * UNITS[unit?.toLowerCase() as keyof typeof UNITS]
    return Number.isSafeInteger(size) ? size : undefined
  },
}

/** A umask in octal, as in the shell. A config file may also use a number: `0o022`. */
export const mode: Kind<number> = {
  type: 'number',
  configType: 'number | string',
  takes: 'file mode bits in octal, such as 022',
  value: 'MODE',
  read: (given) => {
    const bits =
      typeof given === 'string' && /^(0o)?[0-7]{1,4}$/.test(given)
        ? Number.parseInt(given.replace('0o', ''), 8)
        : given
    return Number.isInteger(bits) && Number(bits) >= 0 && Number(bits) <= 0o777
      ? Number(bits)
      : undefined
  },
}

export const toggle: Kind<boolean> = {
  type: 'boolean',
  takes: 'true or false',
  read: (given) => (typeof given === 'boolean' ? given : undefined),
}

/** A list of at least one string. */
export function list(value: string): Kind<readonly string[]> {
  return {
    ...textList,
    value,
    read: (given) => {
      const texts = [given].flat().map(readText)
      return texts.length > 0 && texts.every((item) => item !== undefined) ? texts : undefined
    },
  }
}

/** A list of strings, separated by commas. It may be empty. */
export function commaList(value: string): Kind<readonly string[]> {
  return {
    ...textList,
    value,
    read: (given) => {
      const texts = [given].flat()
      if (!texts.every((item) => typeof item === 'string')) return undefined
      const items = texts.flatMap((item) => item.split(',').map((part) => part.trim()))
      return items.filter((item) => item !== '')
    },
  }
}

const textList = {
  type: 'readonly string[]',
  configType: 'string | readonly string[]',
  takes: TEXT,
  isList: true,
} as const

/** Environment variables: repeated `NAME=VALUE` options, or an object in a config file. */
export const variables: Kind<Readonly<Record<string, string>>> = {
  type: 'Readonly<Record<string, string>>',
  takes: 'NAME=VALUE, where NAME contains neither = nor whitespace',
  value: 'NAME=VALUE',
  isList: true,
  read: (given) => {
    const pairs = pairsOf(given)
    return pairs?.every(isPair) === true ? Object.fromEntries(pairs) : undefined
  },
}

function pairsOf(given: unknown): readonly (readonly unknown[])[] | undefined {
  if (Array.isArray(given))
    return given.map((word) => /^([^=]*)=([^]*)$/.exec(String(word))?.slice(1) ?? [])
  return typeof given === 'object' && given !== null ? Object.entries(given) : undefined
}

function isPair(given: readonly unknown[]): given is readonly [string, string] {
  const [name, value] = given
  return typeof value === 'string' && typeof name === 'string' && /^[^=\s\0]+$/.test(name)
}
