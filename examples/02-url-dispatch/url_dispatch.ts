/** Several pages in one application: the first pattern in a list that matches the path decides which page answers. */
import { quotePath, wsgiToText, type Application, type Environ } from '@phial/core'
import { makeServer } from '@phial/server'

/** The key under which a page finds the matched groups of its pattern. Keys with a dot are meant for such extensions. */
const GROUPS = 'url_dispatch.groups'

const index: Application = (environ, startResponse) => {
  // SCRIPT_NAME is the path at which this application is mounted. It is empty if the application is not mounted.
  const link = `${quotePath(environ.SCRIPT_NAME)}/hello/`
  startResponse('200 OK', [['Content-Type', 'text/html; charset=utf-8']])
  return [encode(`<title>Index</title>\n<p>Go on to <a href="${link}">the greeting</a>.</p>\n`)]
}

const hello: Application = (environ, startResponse) => {
  const [subject = 'World'] = groupsOf(environ)
  startResponse('200 OK', [['Content-Type', 'text/html; charset=utf-8']])
  return [encode(`Hello ${escape(wsgiToText(subject))}`)]
}

const notFound: Application = (_environ, startResponse) => {
  startResponse('404 Not Found', [['Content-Type', 'text/plain; charset=utf-8']])
  return [encode('Not Found')]
}

/** The pages. With the flag `s`, a dot also matches a line break, because a path may contain `%0A`. */
const pages: [pattern: RegExp, page: Application][] = [
  [/^$/, index],
  [/^hello\/?$/, hello],
  [/^hello\/(.+)$/s, hello],
]

/** Finds the page for a path and calls it as a server would. It is an application that consists of applications. */
export const application: Application = (environ, startResponse) => {
  const path = environ.PATH_INFO.replace(/^\/+/, '')
  for (const [pattern, page] of pages) {
    const match = pattern.exec(path)
    if (match === null) continue
    environ[GROUPS] = match.slice(1)
    return page(environ, startResponse)
  }
  return notFound(environ, startResponse)
}

/** Returns the matched groups. The type assertion is needed because values in `environ` may have any type. */
function groupsOf(environ: Environ): string[] {
  return environ[GROUPS] as string[]
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

const ENTITIES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#x27;'],
])

/** Escapes text for HTML. Without it, a link to `/hello/<script>…` would run in the visitor's browser. */
function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ENTITIES.get(char) ?? char)
}

// Only if Node runs this file itself, not if a server imports it.
if (import.meta.filename === process.argv[1]) {
  const server = makeServer('localhost', 8080, application)
  await server.ready()
  console.log('http://localhost:8080/')
  await server.serveForever()
}
