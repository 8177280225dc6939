import bodyParser from 'body-parser'
import cookieSession from 'cookie-session'
import { Eta } from 'eta'
import type { Server, ServerResponse } from 'node:http'
import { pipeline, Readable } from 'node:stream'
import polka from 'polka'
import sirv from 'sirv'
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

const app = polka()
const hello = (): unknown => app.get('/', (_request, response) => sendText(response, HELLO))

function sendText(response: ServerResponse, text: string): void {
  response.setHeader('Content-Type', 'text/plain; charset=utf-8')
  response.end(text)
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.setHeader('Content-Type', 'application/json; charset=utf-8')
  response.end(JSON.stringify(value))
}

await setUp({
  hello,
  params: () =>
    app.get('/users/:id', ({ params, query }, response) =>
      sendJson(response, user(String(params['id']), query['verbose'] === '1')),
    ),
  template: () => {
    const eta = new Eta({ views: TEMPLATES, cache: true })
    app.get('/table', (_request, response) => {
      response.setHeader('Content-Type', 'text/html; charset=utf-8')
      response.end(eta.render('table', { rows: ROWS }))
    })
  },
  json: () => {
    app.use(bodyParser.json())
    app.post('/json', ({ body }, response) => sendJson(response, body))
  },
  form: () => {
    app.use(bodyParser.urlencoded({ extended: false }))
    app.post('/form', ({ body }, response) => sendJson(response, body))
  },
  static: () => app.use('/static', sirv(STATIC, { etag: true })),
  stream: () =>
    app.get('/stream', (_request, response) => {
      response.setHeader('Content-Type', 'text/plain; charset=utf-8')
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
      const { session } = request as unknown as { session: { count?: number } }
      session.count = counted(session.count)
      sendText(response, `${session.count}`)
    })
  },
})
app.listen(0, '127.0.0.1', () => announce(app.server as Server))
