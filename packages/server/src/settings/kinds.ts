/** What a setting may hold: each kind reads a value, a word as well as a config file's own, and says what it takes. */

export interface Kind<T> {
  /** Reads a value; `undefined` if it is none of this kind. A list gets all its words at once. */
  readonly read: (given: unknown) => T | undefined
  /** What is allowed, to stand after "it takes". */
  readonly takes: string
  /** As TypeScript writes what is read. */
  readonly type: string
  /** As TypeScript writes what a config file may hold, if that is more. */
  readonly configType?: string
  /** What stands for the value in `--help`; a switch has none. */
  readonly value?: string
  /** Whether it may be given several times. */
  readonly isList?: true
}

const TEXT = 'a text that is not empty'
const WHOLE = /^\d{1,15}$/

function readText(given: unknown): string | undefined {
  return typeof given === 'string' && given !== '' ? given : undefined
}

/** Any text, called `value` in `--help`. */
export function text(value: string): Kind<string> {
  return { type: 'string', takes: TEXT, value, read: readText }
}

export const file: Kind<string> = text('FILE')

/** One of some words. */
export function choice<T extends string>(...names: readonly T[]): Kind<T> {
  return {
    type: names.map((name) => `'${name}'`).join(' | '),
    takes: names.join(', ').replace(/, ([^,]+)$/, ' or $1'),
    value: names.join('|'),
    read: (given) => names.find((name) => name === given),
  }
}

/** A whole number. */
export function count(least: number): Kind<number> {
  const read = (given: unknown): number | undefined => {
    const number = typeof given === 'string' && WHOLE.test(given) ? Number(given) : given
    return typeof number === 'number' && Number.isSafeInteger(number) && number >= least
      ? number
      : undefined
  }
  return { type: 'number', takes: `a whole number, ${least} or more`, value: 'N', read }
}

/** The most that a timer can wait: 2³¹ - 1 milliseconds. */
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

/** A umask, in octal as the shell writes it. In a config file a number may say the same: `0o022`. */
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

/** Several texts, at least one. */
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

/** Several texts, with commas between those of one word; none is a list too. */
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

/** `NAME=VALUE`, several times; in a config file an object. */
export const variables: Kind<Readonly<Record<string, string>>> = {
  type: 'Readonly<Record<string, string>>',
  takes: 'NAME=VALUE, where NAME has neither = nor a space',
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
