import { serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { getSignedCookie, setSignedCookie } from 'hono/cookie'
import { html } from 'hono/html'
import { stream } from 'hono/streaming'
import type { Server } from 'node:http'
import {
  announce,
  chunks,
  counted,
  HELLO,
  HOOKS,
  ROWS,
  type Row,
  SECRET,
  setUp,
  STATIC,
  user,
} from './work.ts'

const app = new Hono()
const hello = (): unknown => app.get('/', (c) => c.text(HELLO))

// Without whitespace, like the other templates, so that the answer has the same length.
// prettier-ignore
const layout = (body: unknown) => html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Members</title></head>
<body>
<header><a href="/">Home</a></header>
<main>
${body}
</main>
</body>
</html>`
// prettier-ignore
const row = ({ name, mail, city }: Row) => html`
<tr><td>${name}</td><td>${mail}</td><td>${city}</td></tr>`

await setUp({
  hello,
  params: () =>
    app.get('/users/:id', (c) => c.json(user(c.req.param('id'), c.req.query('verbose') === '1'))),
  template: () =>
    app.get('/table', (c) =>
      c.html(
        layout(
          html`<table>
            ${ROWS.map(row)}
          </table>`,
        ),
      ),
    ),
  json: () => app.post('/json', async (c) => c.json(await c.req.json())),
  form: () => app.post('/form', async (c) => c.json(await c.req.parseBody())),
  static: () =>
    app.use(
      '/static/*',
      serveStatic({ root: STATIC, rewriteRequestPath: (path) => path.replace(/^\/static/, '') }),
    ),
  stream: () =>
    app.get('/stream', (c) => {
      c.header('Content-Type', 'text/plain; charset=utf-8')
      return stream(c, async (body) => {
        for await (const chunk of chunks()) await body.write(chunk)
      })
    }),
  hooks: () => {
    for (let count = 0; count < HOOKS; count += 1) app.use((_c, next) => next())
    hello()
  },
  browser: hello,
  session: () =>
    app.get('/session', async (c) => {
      const text = await getSignedCookie(c, SECRET, 'session')
      const before = text ? (JSON.parse(text) as { count: number }).count : undefined
      const count = counted(before)
      const options = { path: '/', httpOnly: true, sameSite: 'Lax' } as const
      await setSignedCookie(c, 'session', JSON.stringify({ count }), SECRET, options)
      return c.text(`${count}`)
    }),
})
announce(serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server)
