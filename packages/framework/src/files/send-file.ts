/** `sendFile` and `sendFromDirectory`: from a path, or from bytes, to an answer. */
import { Blob } from 'node:buffer'
import { basename, isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withCode } from '@phial/core'
import { currentApp } from '../context.ts'
import { NotFound } from '../errors/http-errors.ts'
import { handled } from '../maybe.ts'
import type { Response } from '../response/response.ts'
import { safeJoin } from '../safety/paths.ts'
import { answerFile, describe, meetConditions, type SendFileOptions, WHOLE } from './answer.ts'
import { findFile } from '../response/file-body.ts'
import { typeOf } from './types.ts'

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
  const path = seenFromApp(file)
  const found = await findFile(path)
  if (found !== undefined) return answerFile(found, { downloadName: basename(path), ...options })
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
  const found = inside === undefined ? undefined : await findFile(inside)
  if (found === undefined) throw new NotFound()
  return answerFile(found, { downloadName: basename(path), ...options })
}

/** A path in a folder that anybody may ask for; `undefined` if it leads outside, or to a dot file. */
export function publicPath(folder: string, path: string): string | undefined {
  return /(?:^|\/)\./.test(path) ? undefined : safeJoin(folder, path)
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
  const response = describe(blob.stream(), { ...told, mimetype: typeFrom(told) })
  return meetConditions(response, told, { completeLength: blob.size })
}

function sendBytes(bytes: Uint8Array, options: SendFileOptions): Response {
  const response = describe(bytes, { ...options, mimetype: typeFrom(options) })
  if (options.etag !== false) response.addEtag()
  return meetConditions(response, options)
}

function typeFrom({ mimetype, downloadName }: SendFileOptions): string {
  if (mimetype !== undefined) return mimetype
  if (downloadName !== undefined) return typeOf(downloadName)
  throw withCode(
    'ERR_PHIAL_FILE_TYPE',
    new TypeError(
      'sendFile was given bytes, and nobody knows of what type. Say mimetype, or a downloadName with an ending.',
    ),
  )
}
