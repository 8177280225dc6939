/** JSON out of a request's body. */
import { BadRequest, UnsupportedMediaType } from '../errors/http-errors.ts'

/** How `request.json()` takes what it gets. */
export interface JsonOptions {
  /** Whether a body of another type is read as JSON too. Default false: it is a 415. */
  force?: boolean
  /** Whether a body that is no JSON, by its type or in fact, is `undefined`. Default false: it is a 415 or a 400. */
  silent?: boolean
}

/** Reads bytes as JSON. Raises `BadRequest` for malformed JSON, and for text that is not UTF-8. */
export function parseJson(bytes: Uint8Array, json: { loads(text: string): unknown }): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return json.loads(text)
  } catch (error) {
    throw new BadRequest('The request’s body is not valid JSON.', { cause: error })
  }
}

/** The 415 for a body of another type than the one that is read here. */
export function wrongType(wanted: string, came: string): UnsupportedMediaType {
  return new UnsupportedMediaType(
    `This address reads ${wanted}; the request says ${came === '' ? 'no type' : came}.`,
  )
}
