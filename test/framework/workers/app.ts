/** An app whose views return values that fail later, in all possible ways. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import {
  abort,
  afterThisRequest,
  flash,
  g,
  jsonify,
  makeResponse,
  Phial,
  renderTemplateString,
  request,
  Response,
  session,
  streamWithContext,
} from 'phial'
import { z } from 'zod'

export const app = new Phial(import.meta.url, {
  staticFolder: null,
  config: { SECRET_KEY: '0f8e7d6c5b4a39281706f5e4d3c2b1a0', MAX_CONTENT_LENGTH: 1000 },
})

/** Waits long enough for an unhandled error to surface: the file system answers these requests after earlier ones. */
const pause = async <T>(value: T): Promise<T> => {
  await Promise.all(Array.from({ length: 8 }, () => stat('.')))
  await stat('.')
  await new Promise(setImmediate)
  return value
}
const missing = (): ReturnType<typeof createReadStream> => createReadStream('/no/such/file')
const rejected = (): Promise<never> => Promise.reject(new Error('late'))
const late = (): Promise<never> => pause(undefined).then(rejected)
const typed = (value: unknown): string => value as string

app.afterRequest(async () => {
  if (request.path.endsWith('/slow-hook')) await pause(undefined)
})
app.afterRequest(() => {
  if (request.path.endsWith('/throwing-hook')) throw new Error('hook')
  return request.path.endsWith('/other-answer') ? makeResponse('other') : undefined
})
app.beforeRequest(() =>
  request.path.endsWith('/answering-hook') ? makeResponse(missing()) : undefined,
)
app.errorHandler(418, missing)

const failing: AsyncIterable<string> = {
  [Symbol.asyncIterator]: () => ({ next: rejected, return: rejected }),
}

const views: Record<string, () => unknown> = {
  stream: missing,
  'stream/slow-hook': missing,
  'stream/throwing-hook': missing,
  'stream/other-answer': missing,
  'stream/answering-hook': () => 'unused',
  'stream/async-view': () => pause(undefined).then(missing),
  'stream/in-array': () => [missing(), 204],
  'stream/in-object': () => ({ stream: missing() }),
  'stream/no-content': () => makeResponse(missing(), 204),
  'stream/later': () => pause(makeResponse(missing())),
  'stream/new-response': () => pause(new Response(missing())),
  'stream/replaced-body': () => {
    afterThisRequest(async (response) => {
      response.body = missing()
      await pause(undefined)
    })
    return 'unused'
  },
  'stream/with-context': () => pause(streamWithContext(missing())),
  'stream/abort': () => abort(makeResponse(missing())),
  'stream/error-handler': () => abort(418),
  'stream/thrown': () => {
    throw missing()
  },
  'stream/application': () => ({
    wsgiApp: (_: unknown, start: (status: string, headers: []) => unknown) => {
      start('200 OK', [])
      return missing()
    },
  }),
  'web/errored': () => new ReadableStream({ start: (stream) => stream.error(new Error('late')) }),
  'web/response': () => new globalThis.Response(new ReadableStream({ pull: rejected })),
  'web/cancel': () => new Response(new ReadableStream({ cancel: rejected }), { status: 204 }),
  'generator/first': async function* () {
    yield await late()
  },
  'generator/promise': function* () {
    yield rejected()
  },
  'generator/iterator': () => failing,
  'promise/json': () => ({ got: rejected(), list: [late()] }),
  'promise/array': () => [rejected(), late()],
  'promise/jsonify': () => jsonify({ a: { b: rejected() } }),
  'promise/session': () => {
    session['user'] = late()
    return 'ok'
  },
  'promise/flash': () => {
    flash(typed(rejected()))
    return 'ok'
  },
  'promise/g': () => {
    g['user'] = late()
    return pause('ok')
  },
  'promise/header': () => makeResponse('', 200, { 'X-User': typed(rejected()) }),
  'promise/response-header': () => new Response('', { headers: { 'X-User': typed(late()) } }),
  'promise/template': () => renderTemplateString('<%= it.user %>', { user: rejected() }),
  'promise/template-list': () => renderTemplateString('<%= it.all %>', { all: [rejected()] }),
  'promise/status': () => makeResponse('', typed(rejected())),
  'promise/cookie': () => makeResponse('').setCookie('a', typed(rejected())),
  'promise/body': () => makeResponse(typed(rejected())),
  'promise/url': () => app.urlFor('stream', { a: rejected() }),
  'promise/thrown': () => {
    throw rejected()
  },
  'promise/nothing': () => Promise.reject(),
}
for (const [name, view] of Object.entries(views)) {
  app.get(`/${name}`, { endpoint: name }, view as () => string)
}

const schema = z.object({ a: z.number() })
const readers: Record<string, () => Promise<unknown>> = {
  json: () => request.json(),
  'json-schema': () => request.json(schema),
  text: () => request.text(),
  bytes: () => request.bytes(),
  buffer: () => request.arrayBuffer(),
  blob: () => request.blob(),
  form: () => request.form(schema),
  'form-data': () => request.formData(),
  'form-data-schema': () => request.formData(schema),
  files: () => request.files(),
  stream: () => request.body.getReader().read(),
  iterator: () => request.body[Symbol.asyncIterator]().next(),
  pipe: () => request.body.pipeTo(new WritableStream({ write: rejected })),
  input: () => request.environ['wsgi.input'].read(),
  line: () => request.environ['wsgi.input'].readline(),
  chunks: () => request.environ['wsgi.input'][Symbol.asyncIterator]().next(),
}
for (const [name, read] of Object.entries(readers)) {
  app.post(`/later/${name}`, { endpoint: `later-${name}` }, async () => {
    const got = read()
    await pause(undefined)
    await got
    return 'ok'
  })
  app.post(`/never/${name}`, { endpoint: `never-${name}` }, async () => {
    void read()
    return pause('ok')
  })
}

app.get('/names', () => ({ views: Object.keys(views), readers: Object.keys(readers) }))
