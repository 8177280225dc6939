import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import statics from '@fastify/static'
import view from '@fastify/view'
import { Eta } from 'eta'
import fastify from 'fastify'
import { Readable } from 'node:stream'
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

const app = fastify()
const hello = (): unknown => app.get('/', (_request, reply) => reply.send(HELLO))

/** Fastify's documentation recommends a schema for each answer, which makes its serialization faster. */
const string = { type: 'string' }
const userSchema = {
  type: 'object',
  properties: {
    id: string,
    verbose: { type: 'boolean' },
    name: string,
    mail: string,
    roles: { type: 'array', items: string },
    address: { type: 'object', properties: { street: string, city: string, country: string } },
    active: { type: 'boolean' },
  },
}

await setUp({
  hello,
  params: () =>
    app.get<{ Params: { id: string }; Querystring: { verbose?: string } }>(
      '/users/:id',
      { schema: { response: { 200: userSchema } } },
      ({ params, query }, reply) => reply.send(user(params.id, query.verbose === '1')),
    ),
  template: () => {
    app.register(view, {
      engine: { eta: new Eta({ views: TEMPLATES, cache: true }) },
      root: TEMPLATES,
    })
    app.get('/table', (_request, reply) => reply.viewAsync('table.eta', { rows: ROWS }))
  },
  json: () => app.post('/json', ({ body }, reply) => reply.send(body)),
  form: () => {
    app.register(formbody)
    app.post('/form', ({ body }, reply) => reply.send(body))
  },
  static: () => app.register(statics, { root: STATIC, prefix: '/static/' }),
  stream: () =>
    app.get('/stream', (_request, reply) =>
      reply.type('text/plain; charset=utf-8').send(Readable.from(chunks())),
    ),
  hooks: () => {
    for (let count = 0; count < HOOKS; count += 1)
      app.addHook('onRequest', (_request, _reply, done) => done())
    hello()
  },
  browser: hello,
  session: () => {
    app.register(cookie, { secret: SECRET })
    app.get('/session', (request, reply) => {
      const { valid, value } = request.unsignCookie(request.cookies['session'] ?? '')
      const before = valid ? (JSON.parse(value) as { count: number }).count : undefined
      const count = counted(before)
      return reply
        .setCookie('session', JSON.stringify({ count }), {
          path: '/',
          httpOnly: true,
          sameSite: 'lax',
          signed: true,
        })
        .send(`${count}`)
    })
  },
})
await app.listen({ port: 0, host: '127.0.0.1' })
announce(app.server)
