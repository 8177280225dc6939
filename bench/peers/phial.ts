/** Phial's framework on its engine. */
import { serve } from '@phial/server'
import { Phial, renderTemplate, request, Response, session } from 'phial'
import {
  chunks,
  counted,
  HELLO,
  HOOKS,
  ROWS,
  SECRET,
  setUp,
  STATIC,
  TEMPLATES,
  user,
} from './work.ts'

const app = new Phial(import.meta.url, {
  templateFolder: TEMPLATES,
  staticFolder: STATIC,
  config: { SECRET_KEY: SECRET },
})
const text = { 'Content-Type': 'text/plain; charset=utf-8' }
const hello = (): unknown => app.get('/', () => new Response(HELLO, { headers: text }))

await setUp({
  hello,
  params: () => app.get('/users/:id', ({ id }) => user(id, request.args.get('verbose') === '1')),
  template: () => app.get('/table', () => renderTemplate('table', { rows: ROWS })),
  json: () => app.post('/json', () => request.json() as Promise<object>),
  form: () => app.post('/form', async () => Object.fromEntries(await request.formData())),
  static: () => undefined,
  stream: () => app.get('/stream', () => new Response(chunks(), { headers: text })),
  upload: () =>
    app.post('/upload', async () => {
      let size = 0
      for await (const part of request.body) size += part.byteLength
      return new Response(`${size}`, { headers: text })
    }),
  hooks: () => {
    for (let count = 0; count < HOOKS; count += 1) app.beforeRequest(() => undefined)
    hello()
  },
  browser: hello,
  session: () =>
    app.get('/session', () => {
      session['count'] = counted(session['count'])
      return new Response(`${session['count'] as number}`, { headers: text })
    }),
})
const { addresses } = await serve(app, { bind: '127.0.0.1:0' })
console.log(addresses[0])
