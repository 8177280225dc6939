/** `sendFile` and `sendFromDirectory`: from a path, or from bytes, to an answer. */
import { Blob } from 'node:buffer'
import { basename, isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withCode } from '@phial/core'
import { currentApp, currentContext } from '../context/context.ts'
import { NotFound } from '../errors/http-errors.ts'
import { guard } from '../helpers/guards.ts'
import { handled, lazily, type Maybe } from '../helpers/promises.ts'
import type { Response } from '../response/response.ts'
import { publicPath } from '../safety/paths.ts'
import type * as Answering from './answer.ts'
import type { SendFileOptions } from './answer.ts'
import { FileStore, type Loaded, WHOLE } from './file-store.ts'

/** What makes answers of files, with the table of all media types. */
export const answering: () => Maybe<typeof Answering> = lazily(() => import('./answer.ts'))

/**
 * Answers with a file: its type, its validators, the part that the request asks for, or a 304 if the
 * client has it. A path is seen from the folder of the app's file, never from the working directory.
 * Flask's `send_file`.
 *
 * The path is the app's business: one that comes from outside goes to `sendFromDirectory`. Bytes or a
 * `Blob` in its place need a `mimetype` or a `downloadName`.
 *
 * Raises an `Error` if no file is there, `PreconditionFailed` and `RequestedRangeNotSatisfiable` as
 * the request's conditions ask. RFC 9110 §13, §14; RFC 6266
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
  const path = seenFromApp(guard(file))
  const found = await find(path)
  if (found !== undefined) return answer(path, found, options)
  throw withCode(
    'ERR_PHIAL_FILE_MISSING',
    new Error(
      `sendFile(${JSON.stringify(file)}) finds no file at ${path}. A relative path is seen from the folder of the app's file.`,
    ),
  )
}

/**
 * Answers with a file of a folder, by a path that came from outside. The folder is seen from that of
 * the app's file. Flask's `send_from_directory`; the options are `sendFile`'s.
 *
 * Raises `NotFound` for what is not there, is no file, lies outside, or begins with a dot, itself or a
 * folder on the way. A link within the folder is followed.
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
  const inside = publicPath(seenFromApp(directory), path)
  const found = inside === undefined ? undefined : await find(inside)
  if (inside === undefined || found === undefined) throw new NotFound()
  return answer(inside, found, options)
}

/** What each app has sent. */
const stores = new WeakMap<object, FileStore>()

/** A file, from memory if it was sent before and has not changed. */
function find(path: string): Maybe<Loaded | undefined> {
  const { app } = currentContext() ?? { app: currentApp }
  const store = stores.get(app) ?? new FileStore()
  stores.set(app, store)
  return store.kept(path) ?? store.load(path)
}

async function answer(path: string, found: Loaded, options: SendFileOptions): Promise<Response> {
  const { answerFile } = await answering()
  return answerFile(path, found, { downloadName: basename(path), ...options }, currentContext())
}

function seenFromApp(path: string | URL): string {
  if (path instanceof URL) return fileURLToPath(path)
  return isAbsolute(path) ? path : join(currentApp.rootPath, path)
}

/** A large one, such as an upload on disk, is not read into memory. */
async function sendBlob(blob: Blob, options: SendFileOptions): Promise<Response> {
  const name = 'name' in blob && typeof blob.name === 'string' ? { downloadName: blob.name } : {}
  const type = blob.type === '' ? {} : { mimetype: blob.type }
  const told = { ...name, ...type, ...options }
  if (blob.size <= WHOLE) return sendBytes(new Uint8Array(await blob.arrayBuffer()), told)
  const { describe, meetConditions, typeOf } = await answering()
  const context = currentContext()
  const mimetype = typeFrom(told, typeOf)
  const response = describe(blob.stream(), { ...told, mimetype }, context)
  return meetConditions(response, told, context, { completeLength: blob.size })
}

async function sendBytes(bytes: Uint8Array, options: SendFileOptions): Promise<Response> {
  const { describe, meetConditions, typeOf } = await answering()
  const context = currentContext()
  const response = describe(bytes, { ...options, mimetype: typeFrom(options, typeOf) }, context)
  if (options.etag !== false) response.addEtag()
  return meetConditions(response, options, context)
}

function typeFrom(
  { mimetype, downloadName }: SendFileOptions,
  typeOf: (name: string) => string,
): string {
  if (mimetype !== undefined) return mimetype
  if (downloadName !== undefined) return typeOf(downloadName)
  throw withCode(
    'ERR_PHIAL_FILE_TYPE',
    new TypeError(
      'sendFile was given bytes, and nobody knows of what type. Say mimetype, or a downloadName with an ending.',
    ),
  )
}
