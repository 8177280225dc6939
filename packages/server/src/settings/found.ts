/** A value that was found in one of the places where settings are told. */
import type { StartError } from '../errors.ts'
import type { Setting } from './setting.ts'

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
