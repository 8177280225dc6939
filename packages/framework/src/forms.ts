/** What a request's body says: JSON and forms. */
import { BadRequest, UnsupportedMediaType } from './http-errors.ts'

/** Reads a body as JSON. */
export function parseJson(isJson: boolean, mimetype: string, bytes: Uint8Array): unknown {
  if (!isJson) throw wrongType('JSON, as application/json', mimetype)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw new BadRequest('The request’s body is not valid JSON.', { cause: error })
  }
}

/** Reads a body as a form. */
export async function parseForm(
  mimetype: string,
  contentType: string,
  bytes: Uint8Array,
): Promise<FormData> {
  if (mimetype === 'application/x-www-form-urlencoded') return fromUrlencoded(bytes)
  if (mimetype === 'multipart/form-data') return fromMultipart(contentType, bytes)
  const types = 'a form, as application/x-www-form-urlencoded or multipart/form-data'
  throw wrongType(types, mimetype)
}

function fromUrlencoded(bytes: Uint8Array): FormData {
  const form = new FormData()
  const pairs = new URLSearchParams(new TextDecoder().decode(bytes))
  for (const [name, value] of pairs) form.append(name, value)
  return form
}

/** The platform reads multipart forms that are whole in memory. */
async function fromMultipart(contentType: string, bytes: Uint8Array): Promise<FormData> {
  try {
    const copy = new Uint8Array(bytes)
    return await new Response(copy, { headers: { 'content-type': contentType } }).formData()
  } catch (error) {
    throw new BadRequest('The request’s body is not a valid multipart form.', { cause: error })
  }
}

function wrongType(wanted: string, came: string): UnsupportedMediaType {
  return new UnsupportedMediaType(
    `This address reads ${wanted}; the request says ${came === '' ? 'no type' : came}.`,
  )
}
