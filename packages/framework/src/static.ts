/** Files of a folder, as they are: the `/static/` route. */
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import { lookup } from 'mrmime'
import { currentContext, RequestContext } from './context.ts'
import { isDevice } from './body/files.ts'
import { NotFound } from './errors/http-errors.ts'
import { Response } from './response/response.ts'

/** Up to this size a file is read whole, which is quicker; beyond it, it is streamed. */
const WHOLE = 1024 * 1024

/**
 * Answers with a file of a folder, with the part of it that the request asks for, or with a 304 if the
 * client has it already. Raises `NotFound` for what is not there, is no file, or lies outside.
 *
 * ```ts
 * app.get('/downloads/*path', ({ path }) => sendFromDirectory('/srv/downloads', path))
 * ```
 */
export async function sendFromDirectory(folder: string, path: string): Promise<Response> {
  const file = safeJoin(folder, path)
  const facts = file === undefined ? undefined : await stat(file).catch(() => undefined)
  if (file === undefined || facts === undefined || !facts.isFile()) throw new NotFound()
  const headers: [string, string][] = [
    ['Content-Type', contentType(file)],
    ['Content-Length', String(facts.size)],
    ['Cache-Control', 'no-cache'],
    ['X-Content-Type-Options', 'nosniff'],
  ]
  const body = facts.size <= WHOLE ? await readFile(file) : createReadStream(file)
  const response = new Response(body, { headers })
  response.etag = `${facts.mtimeMs.toString(36)}-${facts.size.toString(36)}`
  response.lastModified = facts.mtime
  const context = currentContext()
  if (!(context instanceof RequestContext)) return response
  const options = { acceptRanges: true, completeLength: facts.size }
  return response.makeConditional(context.request, options)
}

/**
 * Joins a folder and a path that came from outside; `undefined` if the path leads out of the folder,
 * or could on any system: with `..`, a backslash, a drive, a device of Windows such as `nul.txt`, a
 * NUL, or a start at the root.
 */
export function safeJoin(folder: string, path: string): string | undefined {
  const parts = path.split('/')
  if (/[\\\0:]/.test(path) || parts.includes('..') || isAbsolute(path)) return undefined
  if (parts.some(isDevice)) return undefined
  const joined = join(folder, path)
  const inside = relative(folder, joined)
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? undefined : joined
}

function contentType(file: string): string {
  const type = lookup(file) ?? 'application/octet-stream'
  const isText = /^text\/|^application\/(?:javascript|json|xml)$|\+(?:xml|json)$/.test(type)
  return isText ? `${type}; charset=utf-8` : type
}
