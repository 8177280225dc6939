/** How much of a request's body is taken. Beyond each limit the answer is 413. */
import type { Config } from '../config/config.ts'
import { RequestEntityTooLarge } from '../errors/http-errors.ts'

/** The limits of one request: the app's settings, until a view changes them. In bytes, but for the parts. */
export interface Limits {
  /** `MAX_CONTENT_LENGTH`: of a body that is read into memory. */
  maxContentLength: number
  /** `MAX_UPLOAD_SIZE`: of a body that is not: a form with files, or `request.body`. */
  maxUploadSize: number
  /** `MAX_FILE_SIZE`: of each file in a form. */
  maxFileSize: number
  /** `MAX_FORM_MEMORY_SIZE`: of all texts of a form, names included. */
  maxFormMemorySize: number
  /** `MAX_FORM_PARTS`: how many fields and files a form may have. */
  maxFormParts: number
}

/** The limits that an app's settings give. */
export function limitsOf(config: Config): Limits {
  return {
    maxContentLength: config.MAX_CONTENT_LENGTH,
    maxUploadSize: config.MAX_UPLOAD_SIZE,
    maxFileSize: config.MAX_FILE_SIZE,
    maxFormMemorySize: config.MAX_FORM_MEMORY_SIZE,
    maxFormParts: config.MAX_FORM_PARTS,
  }
}

/** The 413 for something that is larger than a number of bytes, or has more than a number of parts. */
export function tooLarge(
  what: string,
  most: number,
  unit: string = 'bytes',
): RequestEntityTooLarge {
  return new RequestEntityTooLarge(`${what} is larger than ${most} ${unit}.`)
}
