/** The parameters of a query: a read-only `URLSearchParams` with the helpers of Flask's `request.args`. */
import { withCode } from '@phial/core'
import { BadRequest } from '../errors/http-errors.ts'

/** Parses text into a value, or returns `undefined`. Route converters such as `int`, `float`, `bigint` and `uuid` are readers. */
export interface Reader<T> {
  parse(text: string): T | undefined
  /** Parses text as a person types it. Default: `parse`. */
  read?(text: string): T | undefined
}

/** Parses text as a person types it. Returns the fallback if the text is missing or cannot be parsed. */
export function readAs<T, Fallback>(
  text: string | undefined,
  reader: Reader<T>,
  fallback: Fallback,
): T | Fallback {
  if (text === undefined) return fallback
  return (reader.read === undefined ? reader.parse(text) : reader.read(text)) ?? fallback
}

/** Returns the 400 error for a missing name. */
export function missing(name: string, where: string): BadRequest {
  return new BadRequest(`The request’s ${where} has no ${JSON.stringify(name)}.`)
}

/** Returns the error for an attempt to change values of a request. */
export function readOnly(what: string, copy: string): never {
  throw withCode(
    'ERR_PHIAL_REQUEST_READONLY',
    new TypeError(`The request's ${what} is read-only. Change a copy instead: ${copy}.`),
  )
}

/**
 * The parameters of a query. It has the methods of `URLSearchParams` that read (`get`, `getAll`, `has`, …), and:
 *
 * ```ts
 * request.args.read('page', int, 1) // a number; 1 for any other text
 * request.args.require('q')         // a string; if `q` is missing, the response is a 400 that names it
 * ```
 */
export class Args extends URLSearchParams {
  /** Returns the first value of a name. Throws `BadRequest` if there is none. */
  require(name: string): string {
    const value = this.get(name)
    if (value === null) throw missing(name, 'query')
    return value
  }

  /**
   * Returns the first value of a name, parsed as a person types it; `fallback` if it is missing or invalid.
   * `float` accepts `5`, `-1.5`, `.5`, `+5` and `1e3`, and `int` accepts `-5`, both with surrounding spaces.
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
