/** The size limits of a request body. The response beyond a limit is a 413. */
import type { Config } from '../config/config.ts'
import { RequestEntityTooLarge } from '../errors/http-errors.ts'

/** The limits of one request, in bytes except for the number of parts. The defaults are the app's settings; a view may change them. */
export interface Limits {
  /** The maximum size of a body that is read into memory. Default `MAX_CONTENT_LENGTH`. */
  maxContentLength: number
  /** The maximum size of a body that is not read into memory: a form with files, or `request.body`. Default `MAX_UPLOAD_SIZE`. */
  maxUploadSize: number
  /** The maximum size of each file in a form. Default `MAX_FILE_SIZE`. */
  maxFileSize: number
  /** The maximum size of all names and text values in a form. Default `MAX_FORM_MEMORY_SIZE`. */
  maxFormMemorySize: number
  /** The maximum number of fields and files in a form. Default `MAX_FORM_PARTS`. */
  maxFormParts: number
}

/** Returns the limits from an app's settings. */
export function limitsOf(config: Config): Limits {
  return {
    maxContentLength: config.MAX_CONTENT_LENGTH,
    maxUploadSize: config.MAX_UPLOAD_SIZE,
    maxFileSize: config.MAX_FILE_SIZE,
    maxFormMemorySize: config.MAX_FORM_MEMORY_SIZE,
    maxFormParts: config.MAX_FORM_PARTS,
  }
}

/** Returns the 413 error for a size in bytes or a number of parts beyond the limit. */
export function tooLarge(
  what: string,
  most: number,
  unit: string = 'bytes',
): RequestEntityTooLarge {
  return new RequestEntityTooLarge(`${what} is larger than ${most} ${unit}.`)
}
