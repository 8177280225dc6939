/** h3 has no signed sessions. Its sessions are encrypted, which is different work. */
import { Eta } from 'eta'
import { getQuery, H3, html, iterable, raw, readBody, serve, serveStatic } from 'h3'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { chunks, HELLO, HOOKS, ROWS, setUp, STATIC, TEMPLATES, user } from './work.ts'

const app = new H3()
const hello = (): unknown => app.get('/', () => HELLO)

await setUp({
  hello,
  params: () =>
    app.get('/users/:id', (event) =>
      user(event.context.params?.['id'] ?? '', getQuery(event)['verbose'] === '1'),
    ),
  template: () => {
    const eta = new Eta({ views: TEMPLATES, cache: true })
    app.get('/table', () => html(raw(eta.render('table', { rows: ROWS }))))
  },
  json: () => app.post('/json', (event) => readBody(event)),
  form: () => app.post('/form', (event) => readBody(event)),
  static: () =>
    app.use('/static/**', (event) =>
      serveStatic(event, {
        getContents: (id) => readFile(join(STATIC, id.replace(/^\/static/, ''))),
        getMeta: async (id) => {
          const file = await stat(join(STATIC, id.replace(/^\/static/, '')))
          return { size: file.size, mtime: file.mtimeMs, type: 'text/plain; charset=utf-8' }
        },
      }),
    ),
  stream: () =>
    app.get('/stream', (event) => {
      event.res.headers.set('Content-Type', 'text/plain; charset=utf-8')
      return iterable(chunks())
    }),
  hooks: () => {
    for (let count = 0; count < HOOKS; count += 1) app.use((_event, next) => next())
    hello()
  },
  browser: hello,
})
const server = serve(app, { port: 0, hostname: '127.0.0.1', silent: true })
await server.ready()
console.log(server.url?.replace(/\/$/, ''))
