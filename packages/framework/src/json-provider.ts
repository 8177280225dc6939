/** How an app writes and reads JSON: `app.json`. */
import { jsonText, type Response, type ResponseOptions, withJsonType } from './response/response.ts'

/** The part of an app that a provider needs. */
export interface JsonApp {
  readonly responseClass: typeof Response
}

/**
 * Writes and reads JSON for an app: the answers that are data, `request.json()`, and `tojson` in
 * templates. It is the platform's JSON; a subclass may do it another way.
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

  /** A value as JSON. Raises `TypeError` for what JSON cannot hold. */
  dumps(value: unknown): string {
    return jsonText(value)
  }

  /** The value that a text in JSON stands for. Raises `SyntaxError` for what is none. */
  loads(text: string): unknown {
    return JSON.parse(text)
  }

  /** An answer with a value as JSON: `app.json.response({ id }, { status: 201 })`. */
  response(value: unknown, { status = 200, headers = [] }: ResponseOptions = {}): Response {
    const { responseClass } = this.app
    return new responseClass(this.dumps(value), { status, headers: withJsonType(headers) })
  }
}
