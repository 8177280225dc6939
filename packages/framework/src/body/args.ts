/** The values of a query: the platform's `URLSearchParams`, which nobody changes, and with Flask's questions. */
import { withCode } from '@phial/core'
import { BadRequest } from '../errors/http-errors.ts'

/** Reads text into a value, or returns `undefined`. `int`, `float`, `bigint`, `uuid` and your own converters of routes are such. */
export interface Reader<T> {
  parse(text: string): T | undefined
  /** Reads what a person typed. Default: `parse`. */
  read?(text: string): T | undefined
}

/** Reads what a person typed, or returns the fallback if nothing was sent or it cannot be read. */
export function readAs<T, Fallback>(
  text: string | undefined,
  reader: Reader<T>,
  fallback: Fallback,
): T | Fallback {
  if (text === undefined) return fallback
  return (reader.read === undefined ? reader.parse(text) : reader.read(text)) ?? fallback
}

/** A 400 that names the key. */
export function missing(name: string, where: string): BadRequest {
  return new BadRequest(`The request’s ${where} has no ${JSON.stringify(name)}.`)
}

/** A request's values cannot be changed. */
export function readOnly(what: string, copy: string): never {
  throw withCode(
    'ERR_PHIAL_REQUEST_READONLY',
    new TypeError(`The request's ${what} cannot be changed. Make a copy: ${copy}.`),
  )
}

/**
 * A query's values: `get`, `getAll`, `has`, … of `URLSearchParams`, without a way to change them, and:
 *
 * ```ts
 * request.args.read('page', int, 1) // a number, whatever was sent
 * request.args.require('q')         // a string, or the answer is a 400 that names `q`
 * ```
 */
export class Args extends URLSearchParams {
  /** The first value of a name. Raises `BadRequest` if there is none. */
  require(name: string): string {
    const value = this.get(name)
    if (value === null) throw missing(name, 'query')
    return value
  }

  /**
   * The first value of a name, read as a person types it; `fallback` if it is missing or cannot be read.
   * `float` takes `5`, `-1.5`, `.5`, `+5` and `1e3`, `int` takes `-5`, both with spaces around them.
   * Bounds apply: `args.read('page', int({ min: 1 }), 1)`.
   */
  read<T>(name: string, reader: Reader<T>): T | undefined
  read<T, Fallback>(name: string, reader: Reader<T>, fallback: Fallback): T | Fallback
  read<T>(name: string, reader: Reader<T>, fallback?: unknown): unknown {
    return readAs(this.get(name) ?? undefined, reader, fallback)
  }

  override append(): never {
    return readOnly('query', 'new URLSearchParams(request.args)')
  }

  override delete(): never {
    return readOnly('query', 'new URLSearchParams(request.args)')
  }

  override set(): never {
    return readOnly('query', 'new URLSearchParams(request.args)')
  }

  override sort(): never {
    return readOnly('query', 'new URLSearchParams(request.args)')
  }
}
