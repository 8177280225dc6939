import cookieSession from 'cookie-session'
import { Eta } from 'eta'
import express from 'express'
import { pipeline, Readable } from 'node:stream'
import {
  announce,
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

const app = express()
const hello = (): unknown =>
  app.get('/', (_request, response) => response.type('text/plain').send(HELLO))

await setUp({
  hello,
  params: () =>
    app.get('/users/:id', ({ params, query }, response) =>
      response.json(user(params.id, query['verbose'] === '1')),
    ),
  template: () => {
    const eta = new Eta({ views: TEMPLATES, cache: true })
    app.get('/table', (_request, response) => response.send(eta.render('table', { rows: ROWS })))
  },
  json: () => {
    app.use(express.json())
    app.post('/json', ({ body }, response) => response.json(body))
  },
  form: () => {
    app.use(express.urlencoded({ extended: false }))
    app.post('/form', ({ body }, response) => response.json(body))
  },
  static: () => app.use('/static', express.static(STATIC)),
  stream: () =>
    app.get('/stream', (_request, response) => {
      response.type('text/plain')
      pipeline(Readable.from(chunks()), response, () => undefined)
    }),
  hooks: () => {
    for (let count = 0; count < HOOKS; count += 1) app.use((_request, _response, next) => next())
    hello()
  },
  browser: hello,
  session: () => {
    app.use(cookieSession({ name: 'session', keys: [SECRET], sameSite: 'lax' }))
    app.get('/session', (request, response) => {
      const session = request.session as { count?: number }
      session.count = counted(session.count)
      response.type('text/plain').send(`${session.count}`)
    })
  },
})
const server = app.listen(0, '127.0.0.1')
announce(server)
