/** Several pages in one application: a list of patterns, tried in order, says who answers. */
import { quotePath, wsgiToText, type Application, type Environ } from '@phial/core'
import { makeServer } from '@phial/server'

/** The key under which a page finds what the groups of its pattern matched. Keys with a dot are there for this. */
const GROUPS = 'url_dispatch.groups'

const index: Application = (environ, startResponse) => {
  // SCRIPT_NAME is the part of the path that led here: empty, unless this application is mounted under another.
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

/** The pages. The `s` lets a dot match everything, a line break too: a path may hold `%0A`. */
const pages: [pattern: RegExp, page: Application][] = [
  [/^$/, index],
  [/^hello\/?$/, hello],
  [/^hello\/(.+)$/s, hello],
]

/** Finds the page for a path and calls it as a server would: an application made of applications. */
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

/** `environ` holds values of any kind, so what we put there ourselves has to be named again. */
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

/** Text for use in HTML. Without it, a link to `/hello/<script>…` would run in the visitor's browser. */
function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ENTITIES.get(char) ?? char)
}

// Only when this file itself is what Node was told to run, not when a server imports it.
if (import.meta.filename === process.argv[1]) {
  const server = makeServer('localhost', 8080, application)
  await server.ready()
  console.log('http://localhost:8080/')
  await server.serveForever()
}
