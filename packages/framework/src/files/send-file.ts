/** `sendFile` and `sendFromDirectory`: create a response from a path or from bytes. */
import { Blob } from 'node:buffer'
import { basename, isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withCode } from '@phial/core'
import { currentApp, currentContext } from '../context/context.ts'
import { NotFound } from '../errors/http-errors.ts'
import { handled, lazily, type Maybe } from '../helpers/promises.ts'
import type { Response } from '../response/response.ts'
import { publicPath } from '../safety/paths.ts'
import type * as Answering from './answer.ts'
import type { SendFileOptions } from './answer.ts'
import { FileStore, type Loaded, SMALL_FILE } from './file-store.ts'
import { assertString, wrongArgument } from '../helpers/arguments.ts'

/** Loads the module that creates responses for files, with the table of media types. */
export const answering: () => Maybe<typeof Answering> = lazily(() => import('./answer.ts'))

/**
 * Returns a response with a file: its media type, its validators, and the requested range, or a 304 if the client has
 * the file. A path is resolved relative to the folder of the app's file, never to the working directory. Flask's
 * `send_file`.
 *
 * The path is not checked. For a path from the client, use `sendFromDirectory`. For bytes or a `Blob`, pass a `mimetype`
 * or a `downloadName`.
 *
 * Throws an `Error` if the file does not exist, and `PreconditionFailed` or `RequestedRangeNotSatisfiable` for the
 * conditions of the request. RFC 9110 §13, §14; RFC 6266
 *
 * ```ts
 * app.get('/report', () => sendFile('reports/2026.pdf', { asAttachment: true, maxAge: 3600 }))
 * ```
 */
export function sendFile(
  file: string | URL | Uint8Array | Blob,
  options: SendFileOptions = {},
): Promise<Response> {
  return handled(send(file, options))
}

async function send(
  file: string | URL | Uint8Array | Blob,
  options: SendFileOptions,
): Promise<Response> {
  if (file instanceof Blob) return sendBlob(file, options)
  if (file instanceof Uint8Array) return sendBytes(file, options)
  if (typeof file !== 'string' && !(file instanceof URL))
    throw wrongArgument('sendFile(file)', 'a path, a URL, bytes or a Blob', file)
  const path = resolveFromApp(file)
  const found = await find(path)
  if (found !== undefined) return answer(path, found, options)
  throw withCode(
    'ERR_PHIAL_FILE_MISSING',
    new Error(
      `sendFile(${JSON.stringify(file)}): no file exists at ${path}. A relative path is resolved from the folder of the app's file.`,
    ),
  )
}

/**
 * Returns a response with a file in a folder, for a path from the client. The folder is resolved relative to the folder
 * of the app's file. Flask's `send_from_directory`. The options are those of `sendFile`.
 *
 * Throws `NotFound` if the path does not exist, is not a file, is outside of the folder, or has a segment that begins
 * with a dot. Symbolic links within the folder are followed.
 *
 * ```ts
 * app.get('/downloads/*path', ({ path }) => sendFromDirectory('downloads', path))
 * ```
 */
export function sendFromDirectory(
  directory: string | URL,
  path: string,
  options: SendFileOptions = {},
): Promise<Response> {
  return handled(sendInside(directory, path, options))
}

async function sendInside(
  directory: string | URL,
  path: string,
  options: SendFileOptions,
): Promise<Response> {
  if (!(directory instanceof URL)) assertString('sendFromDirectory(directory, path)', directory)
  assertString('sendFromDirectory(directory, path)', path)
  const inside = publicPath(resolveFromApp(directory), path)
  const found = inside === undefined ? undefined : await find(inside)
  if (inside === undefined || found === undefined) throw new NotFound()
  return answer(inside, found, options)
}

/** The file store of each app. */
const stores = new WeakMap<object, FileStore>()

/** Returns a file, from memory if it was sent before and has not changed. */
function find(path: string): Maybe<Loaded | undefined> {
  const { app } = currentContext() ?? { app: currentApp }
  const store = stores.get(app) ?? new FileStore()
  stores.set(app, store)
  return store.cached(path) ?? store.load(path)
}

async function answer(path: string, found: Loaded, options: SendFileOptions): Promise<Response> {
  const { answerFile } = await answering()
  return answerFile(path, found, { downloadName: basename(path), ...options }, currentContext())
}

function resolveFromApp(path: string | URL): string {
  if (path instanceof URL) return fileURLToPath(path)
  return isAbsolute(path) ? path : join(currentApp.rootPath, path)
}

/** Returns the response for a `Blob`. A large one, such as an upload on disk, is not read into memory. */
async function sendBlob(blob: Blob, options: SendFileOptions): Promise<Response> {
  const name = 'name' in blob && typeof blob.name === 'string' ? { downloadName: blob.name } : {}
  const type = blob.type === '' ? {} : { mimetype: blob.type }
  const merged = { ...name, ...type, ...options }
  if (blob.size <= SMALL_FILE) return sendBytes(new Uint8Array(await blob.arrayBuffer()), merged)
  const { describe, meetConditions, typeOf } = await answering()
  const context = currentContext()
  const mimetype = mimetypeOf(merged, typeOf)
  const response = describe(blob.stream(), { ...merged, mimetype }, context)
  return meetConditions(response, merged, context, { completeLength: blob.size })
}

async function sendBytes(bytes: Uint8Array, options: SendFileOptions): Promise<Response> {
  const { describe, meetConditions, typeOf } = await answering()
  const context = currentContext()
  const response = describe(bytes, { ...options, mimetype: mimetypeOf(options, typeOf) }, context)
  if (options.etag !== false) response.addEtag()
  return meetConditions(response, options, context)
}

function mimetypeOf(
  { mimetype, downloadName }: SendFileOptions,
  typeOf: (name: string) => string,
): string {
  if (mimetype !== undefined) return mimetype
  if (downloadName !== undefined) return typeOf(downloadName)
  throw withCode(
    'ERR_PHIAL_FILE_TYPE',
    new TypeError(
      'sendFile cannot infer the media type of raw bytes. Pass mimetype, or a downloadName with an extension.',
    ),
  )
}
