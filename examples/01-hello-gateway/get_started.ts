/** A minimal web application that reads input from its visitor. */
import { wsgiToText, type Application } from '@phial/core'
import { makeServer } from '@phial/server'

export const helloWorld: Application = (environ, startResponse) => {
  const subject = escape(subjectOf(environ.QUERY_STRING))
  startResponse('200 OK', [['Content-Type', 'text/html; charset=utf-8']])
  return [new TextEncoder().encode(`Hello ${subject}`)]
}

/** Returns the name to greet: `john` for `subject=john`. The first name that is not empty counts. */
function subjectOf(query: string): string {
  // URLSearchParams drops one leading question mark: this one, instead of one that belongs to the query.
  const parameters = new URLSearchParams(`?${wsgiToText(query)}`)
  return parameters.getAll('subject').find((name) => name !== '') ?? 'world'
}

const ENTITIES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#x27;'],
])

/** Escapes text for HTML. Without it, `?subject=<script>…` would run in the visitor's browser. */
function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ENTITIES.get(char) ?? char)
}

// Only if Node runs this file itself, not if a server imports it.
if (import.meta.filename === process.argv[1]) {
  const server = makeServer('localhost', 8080, helloWorld)
  await server.ready()
  console.log('http://localhost:8080/')
  await server.serveForever()
}
