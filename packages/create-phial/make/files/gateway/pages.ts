/** The parts that all pages share: a stylesheet, an icon, and the middleware that links to them. */
import { readFileSync } from 'node:fs'
import {
  callApplication,
  onHeaders,
  quotePath,
  type Application,
  type Middleware,
} from '@phial/core'

const read = (name: string): Uint8Array => readFileSync(new URL(`static/${name}`, import.meta.url))

const TYPES = new Map([
  ['style.css', 'text/css; charset=utf-8'],
  ['favicon.svg', 'image/svg+xml'],
])
const contents = new Map([...TYPES.keys()].map((name) => [name, read(name)]))

/** Serves the files in `static/` by their exact names, so that no path leads out of the folder. */
export const files: Application = (environ, startResponse) => {
  const name = environ.PATH_INFO.slice(1)
  const bytes = contents.get(name)
  const type = bytes === undefined ? 'text/plain' : (TYPES.get(name) ?? '')
  startResponse(bytes === undefined ? '404 Not Found' : '200 OK', [['Content-Type', type]])
  return [bytes ?? new TextEncoder().encode('Not Found')]
}

/** Adds a head to each page of an application. A generator, because it must know the type before the first bytes. */
export const withHead: Middleware = (app) =>
  async function* withHead(environ, startResponse) {
    let isPage = false
    const start = onHeaders(startResponse, (headers) => {
      isPage = /^text\/html\b/.test(headers.get('Content-Type') ?? '')
    })
    const body = await callApplication(app, environ, start)
    try {
      for await (const chunk of body) {
        if (isPage) yield headOf(quotePath(environ.SCRIPT_NAME))
        isPage = false
        yield chunk
      }
    } finally {
      await body.close?.()
    }
  }

const headOf = (root: string): Uint8Array =>
  new TextEncoder().encode(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${root}/static/style.css">
<link rel="icon" href="${root}/static/favicon.svg">
`)
