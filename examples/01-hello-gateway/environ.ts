/** Shows every key of `environ`, sorted and numbered. */
import { inspect } from 'node:util'
import type { Application } from '@phial/core'
import { makeServer } from '@phial/server'

export const showEnviron: Application = (environ, startResponse) => {
  const keys = Object.keys(environ).sort()
  const lines = keys.map((key, index) => `${index + 1}. ${key}: ${oneLine(environ[key])}\n`)
  startResponse('200 OK', [['Content-Type', 'text/plain; charset=utf-8']])
  return [new TextEncoder().encode(lines.join(''))]
}

/** Formats a value in one line: text in quotes, so that an empty value is visible, and objects without their contents. */
function oneLine(value: unknown): string {
  return inspect(value, { depth: 0, breakLength: Infinity })
}

// Only if Node runs this file itself, not if a server imports it.
if (import.meta.filename === process.argv[1]) {
  const server = makeServer('localhost', 8080, showEnviron)
  await server.ready()
  console.log('http://localhost:8080/')
  await server.serveForever()
}
