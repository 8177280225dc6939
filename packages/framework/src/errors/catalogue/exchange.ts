import type { Catalogue } from './entry.ts'

/** Requests and responses. */
export const exchange: Catalogue = {
  ERR_PHIAL_CONTEXT_MISSING: {
    means:
      '`request`, `session`, `g`, `currentApp` or `urlFor` was used outside of a request, for example while a module loads, in a script, or in work that started before the request.',
    example: `request.path`,
    remedy:
      "Use it only while a view, a hook or a template runs. In a script, write `app.appContext().run(() => …)`. In a test, write `app.testRequestContext('/').run(() => …)`. If a library loses the context before it calls your callback, wrap the callback in `copyCurrentRequestContext`.",
  },
  ERR_PHIAL_ANSWER_INVALID: {
    means:
      'A view or an error handler returned a value that Phial cannot convert to a response. If the value is `undefined`, a `return` is usually missing. If it is a promise, an `await` is missing.',
    example: `app.get('/', () => { 'Hello' })
await client.get('/')`,
    remedy:
      'Return a string, bytes, a plain object or array, an iterator or stream, a `Response`, or a gateway application. `makeResponse(body, status, headers)` sets a status and headers.',
  },
  ERR_PHIAL_HOOK_ANSWER: {
    means:
      'A `beforeRequest`, `afterRequest` or `afterThisRequest` hook returned a value that is not a `Response`. An arrow function without braces returns the value of its expression: `beforeRequest(() => (g.user = user))` would otherwise send that user as the response to every request.',
    example: `app.beforeRequest(() => 'Hello')
await client.get('/')`,
    remedy:
      'Return nothing to continue. To respond from the hook, return a `Response`, such as `makeResponse(body, status)` or `redirect(url)`.',
  },
  ERR_PHIAL_ANSWER_LATER: {
    means:
      '`makeResponse` received a gateway application. The application calls `startResponse` later, so there is no `Response` to return yet.',
    example: `app.testRequestContext('/').run(() => makeResponse(app))`,
    remedy: 'Return the application from the view.',
  },
  ERR_PHIAL_NOT_EXPRESS: {
    means:
      'The code calls a method of Express or Flask that Phial does not have, such as `res.send`, `app.listen`, `app.run` or `app.use`. The message names the replacement.',
    example: `app.get('/', (_values, context) => context.send('Hello'))
await client.get('/')`,
    remedy:
      'Return the response from the view. Serve the app with `phial run` or `phial-server`. Add middleware with `app.wsgiApp = middleware(app.wsgiApp)`.',
  },
  ERR_PHIAL_COOKIE_PREFIX: {
    means:
      'A cookie whose name starts with `__Host-` has a `Domain`, or a path other than `/`. Browsers reject such a cookie.',
    example: `new Response().setCookie('__Host-id', '7', { path: '/shop' })`,
    remedy: 'Omit `domain` and keep `path` at `/`, or choose another name.',
  },
  ERR_PHIAL_CHUNK_INVALID: {
    means: 'A stream yielded a chunk that is neither a string nor bytes.',
    example: `app.get('/', function* () { yield 7 })
await (await client.get('/')).text()`,
    remedy: 'Yield strings or `Uint8Array`s: `yield String(count)`.',
  },
  ERR_PHIAL_FILE_MISSING: {
    means:
      'The file that was passed to `sendFile` does not exist. This is an error in the app, so the client gets a 500. For a path that comes from the client, use `sendFromDirectory`, which responds with 404.',
    example: `app.get('/', () => sendFile('reports/none.pdf'))
await client.get('/')`,
    remedy:
      "Check the path in the message. A relative path is resolved from the folder of the app's file.",
  },
  ERR_PHIAL_FILE_TYPE: {
    means: '`sendFile` cannot infer the media type of raw bytes, and no `downloadName` was passed.',
    example: `app.get('/', () => sendFile(new Uint8Array([1, 2, 3])))
await client.get('/')`,
    remedy: "Pass `mimetype: 'image/png'`, or a `downloadName` with an extension.",
  },
  ERR_PHIAL_FORM_FIELD: {
    means:
      "A template or a view names a field that the form's schema does not have, usually because the name is misspelt. The value of such an input would be lost, and its error would never be shown.",
    example: `const schema = { '~standard': { version: 1, vendor: 'docs', validate: (value) => ({ value }), jsonSchema: { input: () => ({ type: 'object', properties: { name: { type: 'string' } } }) } } }
const form = await app.testRequestContext('/').run(() => request.form(schema))
form.input('nme')`,
    remedy:
      'Use the name from the schema, or add the field to the schema. For a control that the schema does not need, such as a button with a name, write plain HTML.',
  },
  ERR_PHIAL_EVENT_INVALID: {
    means:
      'An event stream yielded a value that is not an event, or an event with a line break in a field, which would start another field. An event is a string, or an object with `data`, `event`, `id`, `retry` or `comment`.',
    example: `app.get('/', () => eventStream(async function* () { yield { name: 'Ann' } }))
await client.get('/')`,
    remedy: 'Pass other values in `data`: `yield { data: { name } }` sends JSON.',
  },
  ERR_PHIAL_WEBSOCKET_MESSAGE: {
    means: 'A WebSocket message is neither a string nor bytes.',
    example: `app.websocket('/', async (socket) => void (await socket.receive()))
const socket = await client.websocket('/')
try {
  await socket.send({ name: 'Ann' })
} finally {
  socket.close()
  await socket.closed
}`,
    remedy: 'Send a string: `socket.send(JSON.stringify(value))`.',
  },
  ERR_PHIAL_WEBSOCKET_CLOSE: {
    means:
      'The `close` method of a WebSocket received a status code that must not be sent, or a reason longer than 123 bytes, the maximum in a close frame. RFC 6455 §7.4',
    example: `app.websocket('/', async (socket) => void (await socket.receive()))
const socket = await client.websocket('/')
try {
  socket.close(200)
} finally {
  socket.close()
  await socket.closed
}`,
    remedy:
      'Use 1000 for a normal closure, 1008 for a client that violates a policy, or an application code from 3000 to 4999.',
  },
  ERR_PHIAL_JSON_IMPOSSIBLE: {
    means:
      'A value cannot be converted to JSON, because it is `undefined`, a function or a symbol.',
    example: `Response.json(undefined)`,
    remedy: 'Send `null` or an object instead.',
  },
  ERR_PHIAL_STATUS_INVALID: {
    means: 'The status of a response is not an integer from 200 to 599.',
    example: `new Response('Hello', { status: 99 })`,
    remedy: "Pass an integer in this range, or a string with a reason phrase, such as `'299 Odd'`.",
  },
  ERR_PHIAL_ETAG_BODY: {
    means:
      '`addEtag` hashes the whole body. The body of this response is a stream, so it is not available before it is sent.',
    example: `new Response(new Blob(['Hello']).stream()).addEtag()`,
    remedy:
      'Set `response.etag` to a version that the app knows, such as the date of the last change.',
  },
  ERR_PHIAL_ETAG_INVALID: {
    means: 'An ETag contains a space, a quote or a line break, which would end it early.',
    example: `new Response('Hello').etag = 'version "2"'`,
    remedy: 'Use a number, or a hash in hex or base64url.',
  },
  ERR_PHIAL_DATE_INVALID: {
    means: 'A header was set to an invalid `Date`.',
    example: `new Response('Hello').lastModified = new Date('yesterday')`,
    remedy:
      'Check the code that parses the date. `Number.isNaN(date.getTime())` is true for an invalid date.',
  },
  ERR_PHIAL_REQUEST_READONLY: {
    means:
      'The code tried to change values of the request. They are read-only, because all code that reads them must see what the client sent.',
    example: `app.testRequestContext('/?page=1').run(() => request.args.set('page', '2'))`,
    remedy:
      'Copy the values, as the message says, and change the copy. To send something to the client, set it on the response.',
  },
  ERR_PHIAL_BODY_TAKEN: {
    means:
      'The body of the request has already been consumed, either as a stream by this app or by middleware in front of it.',
    example: `app.post('/', async () => {
  await new globalThis.Response(request.body).text()
  return request.text()
})
await client.post('/', { body: 'Hello' })`,
    remedy:
      'Call `bytes()`, `text()`, `json()` or `formData()` first. `request.body` then yields the same bytes.',
  },
  ERR_PHIAL_FORM_LATE: {
    means:
      'The request ended before its form had arrived, because `request.formData()` was not awaited.',
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
