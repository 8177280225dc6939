/** A row of the table of settings, and a value with its source. */
import type { StartError } from '../errors.ts'
import type { Kind } from './kinds.ts'

export interface Setting {
  readonly kind: Kind<unknown>
  /** The default value. */
  readonly fallback: unknown
  /** A description in one line. */
  readonly help: string
  /** The option's name without dashes. Default: the setting's name in kebab case. */
  readonly flag?: string
  /** The letter of its short option. */
  readonly short?: string
  /** The text that `--help` shows as the default instead of {@link fallback}. */
  readonly otherwise?: string
  /** An environment variable that overrides the default. */
  readonly env?: Variable
  /** Where the setting is not available: as an option, or in a config file. */
  readonly not?: 'option' | 'config'
  /** Validates a parsed value. Returns the reason if it is invalid. */
  readonly check?: (value: never) => string | undefined
}

type More<T> = Omit<Setting, 'kind' | 'fallback' | 'help' | 'check'> & {
  readonly check?: (value: T) => string | undefined
}

/** Creates a row whose kind, default and check have matching types. */
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
  /** Converts the variable's text to a value of the setting. Returns `undefined` if the text is invalid. */
  readonly read?: (text: string) => unknown
  /** The allowed values. Default: those of the setting's kind. */
  readonly takes?: string
}

/** A value of a setting, and its source. */
export interface Found {
  readonly value: unknown
  /** The source: `command line`, `PHIAL_SERVER_ARGS`, the path of a file, the name of a variable, or `default`. */
  readonly from: string
}

/** Parses and checks a value. Throws the error that `fault` creates from the reason if it is invalid. */
export function readValue(
  { kind, check }: Setting,
  given: unknown,
  fault: (why: string) => StartError,
): unknown {
  const value = kind.read(given)
  const why = value === undefined ? `expected ${kind.takes}` : check?.(value as never)
  if (why !== undefined) throw fault(why)
  return value
}
