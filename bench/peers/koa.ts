import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import { Eta } from 'eta'
import Koa from 'koa'
import session from 'koa-session'
import statics from 'koa-static'
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

const app = new Koa()
const router = new Router()
const hello = (): void => {
  router.get('/', (ctx) => {
    ctx.body = HELLO
  })
}

await setUp({
  hello,
  params: () =>
    router.get('/users/:id', (ctx) => {
      ctx.body = user(ctx.params['id'] ?? '', ctx.query['verbose'] === '1')
    }),
  template: () => {
    const eta = new Eta({ views: TEMPLATES, cache: true })
    router.get('/table', (ctx) => {
      ctx.type = 'html'
      ctx.body = eta.render('table', { rows: ROWS })
    })
  },
  json: () => {
    app.use(bodyParser())
    router.post('/json', (ctx) => {
      ctx.body = ctx.request.body
    })
  },
  form: () => {
    app.use(bodyParser())
    router.post('/form', (ctx) => {
      ctx.body = ctx.request.body
    })
  },
  static: () => {
    app.use(async (ctx, next) => {
      ctx.path = ctx.path.replace(/^\/static/, '')
      await next()
    })
    app.use(statics(STATIC))
  },
  stream: () =>
    router.get('/stream', (ctx) => {
      ctx.type = 'text/plain; charset=utf-8'
      ctx.body = Readable.from(chunks())
    }),
  hooks: () => {
    for (let count = 0; count < HOOKS; count += 1) app.use((_ctx, next) => next())
    hello()
  },
  browser: hello,
  session: () => {
    app.keys = [SECRET]
    app.use(session({ key: 'session', secure: false, sameSite: 'lax' }, app))
    router.get('/session', (ctx) => {
      if (ctx.session === null) return
      ctx.session['count'] = counted(ctx.session['count'])
      ctx.body = `${ctx.session['count'] as number}`
    })
  },
})
app.use(router.routes()).use(router.allowedMethods())
announce(app.listen(0, '127.0.0.1'))
