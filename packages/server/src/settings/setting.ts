/** One row of the table of settings, and the value that was found for it. */
import type { StartError } from '../errors.ts'
import type { Kind } from './kinds.ts'

export interface Setting {
  readonly kind: Kind<unknown>
  /** What holds unless it is told otherwise. */
  readonly fallback: unknown
  /** What it is for, in a line. */
  readonly help: string
  /** The option's name, without dashes; the setting's own in kebab case, if not given. */
  readonly flag?: string
  /** The letter of its short option. */
  readonly short?: string
  /** What `--help` says instead of {@link fallback}. */
  readonly otherwise?: string
  /** A variable of the environment that gives the default. */
  readonly env?: Variable
  /** Where it cannot be said: it is no option, or means nothing in a config file. */
  readonly not?: 'option' | 'config'
  /** What is wrong with a value though it is of the right kind. */
  readonly check?: (value: never) => string | undefined
}

type More<T> = Omit<Setting, 'kind' | 'fallback' | 'help' | 'check'> & {
  readonly check?: (value: T) => string | undefined
}

/** Makes a row; the compiler sees to it that kind, default and check agree. */
export function row<T>(
  kind: Kind<T>,
  fallback: T | undefined,
  help: string,
  more: More<T> = {},
): Setting {
  return { ...more, kind, fallback, help }
}

export interface Variable {
  readonly name: string
  /** What its text stands for, if not for itself; nothing if it is wrong. */
  readonly read?: (text: string) => unknown
  /** What it takes, if not what the setting takes. */
  readonly takes?: string
}

/** A value that was found in one of the places where settings are given. */
export interface Found {
  readonly value: unknown
  /** The place: `command line`, `PHIAL_SERVER_ARGS`, a file's path, a variable's name, `default`. */
  readonly from: string
}

/** Reads a value, or throws what `fault` makes of the reason why not. */
export function readValue(
  { kind, check }: Setting,
  given: unknown,
  fault: (why: string) => StartError,
): unknown {
  const value = kind.read(given)
  const why = value === undefined ? `it takes ${kind.takes}` : check?.(value as never)
  if (why !== undefined) throw fault(why)
  return value
}
