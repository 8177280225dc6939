import type { Catalogue } from './entry.ts'

/** Requests and answers. */
export const exchange: Catalogue = {
  ERR_PHIAL_CONTEXT_MISSING: {
    means:
      '`request`, `session`, `g`, `currentApp` or `urlFor` was used where no request is being answered: while a module loads, in a script, or in work that was started before.',
    example: `request.path`,
    remedy:
      "Use it while a view, a hook or a template runs. In a script: `app.appContext().run(() => …)`; in a test: `app.testRequestContext('/').run(() => …)`; in a callback of a library that loses the context: `copyCurrentRequestContext`.",
  },
  ERR_PHIAL_ANSWER_INVALID: {
    means:
      'A view or an error handler returned a value that cannot be an answer. With `undefined`, most often a `return` is missing; with a promise, an `await`.',
    example: `app.get('/', () => { 'Hello' })
await client.get('/')`,
    remedy:
      'Return a string, bytes, a plain object or array, an iterator or stream, a `Response`, or a gateway application. `makeResponse(body, status, headers)` sets a status and headers.',
  },
  ERR_PHIAL_HOOK_ANSWER: {
    means:
      'A `beforeRequest`, `afterRequest` or `afterThisRequest` hook returned a value that is not a `Response`. An arrow function without braces returns its expression: `beforeRequest(() => (g.user = user))` would otherwise send that user as the answer to every request.',
    example: `app.beforeRequest(() => 'Hello')
await client.get('/')`,
    remedy:
      'Return nothing to go on, or a `Response`, such as `makeResponse(body, status)` or `redirect(url)`, to answer.',
  },
  ERR_PHIAL_ANSWER_LATER: {
    means: '`makeResponse` was given a gateway application, which answers in its own time.',
    example: `app.testRequestContext('/').run(() => makeResponse(app))`,
    remedy: 'Return the application from the view.',
  },
  ERR_PHIAL_NOT_EXPRESS: {
    means:
      'A method of Express or Flask was called that Phial does not have: `res.send` and its like, `app.listen`, `app.run`, `app.use`. The message says what to do instead.',
    example: `app.get('/', (_values, context) => context.send('Hello'))
await client.get('/')`,
    remedy:
      'A view returns its answer. `phial run` and `phial-server` serve an app, and `app.wsgiApp = middleware(app.wsgiApp)` wraps it.',
  },
  ERR_PHIAL_COOKIE_PREFIX: {
    means:
      'A cookie whose name starts with `__Host-` was given a `Domain`, or another path than `/`. Browsers drop such a cookie.',
    example: `new Response().setCookie('__Host-id', '7', { path: '/shop' })`,
    remedy: 'Leave `domain` out and `path` at `/`, or choose another name.',
  },
  ERR_PHIAL_CHUNK_INVALID: {
    means: 'A stream gave a chunk that is neither a string nor bytes.',
    example: `app.get('/', function* () { yield 7 })
await (await client.get('/')).text()`,
    remedy: 'Yield strings or `Uint8Array`s: `yield String(count)`.',
  },
  ERR_PHIAL_FILE_MISSING: {
    means:
      '`sendFile` was given a path at which there is no file. A path that comes from outside belongs to `sendFromDirectory`, which answers 404.',
    example: `app.get('/', () => sendFile('reports/none.pdf'))
await client.get('/')`,
    remedy:
      "Look at the path that the message names: a relative one is seen from the folder of the app's file.",
  },
  ERR_PHIAL_FILE_TYPE: {
    means: '`sendFile` was given bytes without a type, and has no name to guess it from.',
    example: `app.get('/', () => sendFile(new Uint8Array([1, 2, 3])))
await client.get('/')`,
    remedy: "Say `mimetype: 'image/png'`, or a `downloadName` with an ending.",
  },
  ERR_PHIAL_FORM_FIELD: {
    means:
      "A template or a view names a field that the form's schema does not have: most often a name that is misspelt. It would be an input whose value nobody sees, or an error that is never shown.",
    example: `const schema = { '~standard': { version: 1, vendor: 'docs', validate: (value) => ({ value }), jsonSchema: { input: () => ({ type: 'object', properties: { name: { type: 'string' } } }) } } }
const form = await app.testRequestContext('/').run(() => request.form(schema))
form.input('nme')`,
    remedy:
      'Write the name as the schema has it, or add the field there. For a control of your own, such as a button with a name, write its HTML.',
  },
  ERR_PHIAL_EVENT_INVALID: {
    means:
      'An event stream yielded something that is not an event: no text and no object with `data`, `event`, `id`, `retry` or `comment`; or a field has a line break, which would begin another field.',
    example: `app.get('/', () => eventStream(async function* () { yield { name: 'Ann' } }))
await client.get('/')`,
    remedy: 'Put a value of your own into `data`: `yield { data: { name } }` sends it as JSON.',
  },
  ERR_PHIAL_WEBSOCKET_MESSAGE: {
    means: 'A message of a WebSocket is neither text nor bytes.',
    example: `app.websocket('/', async (socket) => void (await socket.receive()))
const socket = await client.websocket('/')
try {
  await socket.send({ name: 'Ann' })
} finally {
  socket.close()
  await socket.closed
}`,
    remedy: 'Send text: `socket.send(JSON.stringify(value))`.',
  },
  ERR_PHIAL_WEBSOCKET_CLOSE: {
    means:
      'A WebSocket was to be closed with a code that is never sent, or with a reason of more than 123 bytes, which a close frame has no room for. RFC 6455 §7.4',
    example: `app.websocket('/', async (socket) => void (await socket.receive()))
const socket = await client.websocket('/')
try {
  socket.close(200)
} finally {
  socket.close()
  await socket.closed
}`,
    remedy:
      'Use 1000, 1008 for a client that breaks a rule, or a code of your own from 3000 to 4999.',
  },
  ERR_PHIAL_JSON_IMPOSSIBLE: {
    means: 'JSON has no way to write a value: `undefined`, a function or a symbol.',
    example: `Response.json(undefined)`,
    remedy: 'Send `null`, or an object.',
  },
  ERR_PHIAL_STATUS_INVALID: {
    means: 'A status is none that an answer can have.',
    example: `new Response('Hello', { status: 99 })`,
    remedy: "Give a number from 200 to 599, or one with words: `'299 Odd'`.",
  },
  ERR_PHIAL_ETAG_BODY: {
    means:
      '`addEtag` makes a hash of the whole body, and this one is a stream, which is not there as a whole.',
    example: `new Response(new Blob(['Hello']).stream()).addEtag()`,
    remedy: 'Set `response.etag` to a version of your own, such as the date of the last change.',
  },
  ERR_PHIAL_ETAG_INVALID: {
    means: 'An ETag has a space, a quote or a line break in it, which would end it early.',
    example: `new Response('Hello').etag = 'version "2"'`,
    remedy: 'Use a number, or a hash in hex or base64url.',
  },
  ERR_PHIAL_DATE_INVALID: {
    means: 'An invalid `Date` was to be written into a header.',
    example: `new Response('Hello').lastModified = new Date('yesterday')`,
    remedy: 'Look where the date was read: `Number.isNaN(date.getTime())` says whether it is one.',
  },
  ERR_PHIAL_REQUEST_READONLY: {
    means:
      'A request’s values were to be changed. They are what the client sent, and all who look at them see the same.',
    example: `app.testRequestContext('/?page=1').run(() => request.args.set('page', '2'))`,
    remedy:
      'Make a copy, as the message says, and change that. What is to be sent belongs on the response.',
  },
  ERR_PHIAL_BODY_TAKEN: {
    means:
      'The body of a request was taken as a stream, so it cannot be read again, or another program’s middleware had read it before.',
    example: `app.post('/', async () => {
  await new globalThis.Response(request.body).text()
  return request.text()
})
await client.post('/', { body: 'Hello' })`,
    remedy:
      'Ask for `bytes()`, `text()`, `json()` or `formData()` first: then `request.body` has the same bytes.',
  },
  ERR_PHIAL_FORM_LATE: {
    means: 'A request was over before its form had come: nobody waited for `request.formData()`.',
    example: `let form
app.post('/', () => {
  form = request.formData()
  return 'Hello'
})
await client.post('/', { files: { photo: new File(['a'.repeat(1e5)], 'a.png') } })
await form`,
    remedy: 'Write `await request.formData()`.',
  },
}
