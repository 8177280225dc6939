/** Writes and parses JSON for an app: `app.json`. */
import { isPromise, withCode } from '@phial/core'
import { isNodeStream } from '../helpers/guards.ts'
import {
  guardedText,
  jsonText,
  type Response,
  type ResponseOptions,
  withJsonType,
} from './response.ts'

/** The part of an app that a provider needs. */
export interface JsonApp {
  readonly responseClass: typeof Response
  readonly config: { readonly DEBUG: boolean }
}

/**
 * Writes and parses JSON for an app: responses that are data, `request.json()`, and `tojson` in templates. It uses the
 * platform's `JSON`. A subclass may change that.
 *
 * ```ts
 * class Provider extends JsonProvider {
 *   override dumps(value: unknown): string {
 *     return JSON.stringify(value, (_key, one) => (typeof one === 'bigint' ? String(one) : one))
 *   }
 * }
 * app.json = new Provider(app)
 * ```
 */
export class JsonProvider {
  readonly app: JsonApp

  constructor(app: JsonApp) {
    this.app = app
  }

  /**
   * Returns a value as JSON. Throws `TypeError` for a value that JSON cannot represent. In debug mode it also throws for a
   * promise, a stream or a function within the value, which JSON would write as an object or leave out.
   */
  dumps(value: unknown): string {
    if (this.app.config.DEBUG) assertSettled(value)
    return jsonText(value)
  }

  /** Parses JSON. Throws `SyntaxError` if it is malformed. */
  loads(text: string): unknown {
    return JSON.parse(text)
  }

  /** Returns a response with a value as JSON: `app.json.response({ id }, { status: 201 })`. */
  response(value: unknown, { status = 200, headers }: ResponseOptions = {}): Response {
    const { responseClass } = this.app
    const isGuarded = this.dumps === JsonProvider.prototype.dumps
    const text = isGuarded ? this.dumps(value) : guardedText(value, (one) => this.dumps(one))
    return new responseClass(text, { status, headers: withJsonType(headers) })
  }
}

/** Throws `TypeError` for a promise or a function in a value, naming its key. */
function assertSettled(value: unknown): void {
  JSON.stringify(value, (key, one: unknown) => {
    const isUnsettled = typeof one === 'function' || isPromise(one) || isNodeStream(one)
    if (isUnsettled) throw unsettled(key, one)
    return one
  })
}

function unsettled(key: string, value: unknown): TypeError {
  const name = key === '' ? 'The value' : `The value of ${JSON.stringify(key)}`
  const [what, remedy] = faultOf(value)
  return withCode('ERR_PHIAL_JSON_IMPOSSIBLE', new TypeError(`${name} is ${what}. ${remedy}`))
}

function faultOf(value: unknown): [what: string, remedy: string] {
  if (isPromise(value)) return ['a promise, which JSON writes as {}', 'Is an await missing?']
  return typeof value === 'function'
    ? ['a function, which JSON leaves out', 'Is a call, (), missing?']
    : [
        'a stream, which JSON cannot represent',
        'Return the stream itself, or makeResponse(stream, status, headers).',
      ]
}
