/**
 * A site that several servers run at once. A server keeps nothing that another one needs: sessions, flashed messages
 * and rate limits are in Redis.
 */
import { rateLimit, RedisRateLimitStore, type Environ } from '@phial/core'
import {
  flash,
  makeResponse,
  Phial,
  redirect,
  renderTemplate,
  request,
  session,
  SessionError,
  StoredSessions,
  urlFor,
} from 'phial'
import { RedisStore } from 'phial/sessions/redis'
import { z } from 'zod'
import { openRedis } from './redis.ts'

export const app = new Phial(import.meta.url)
app.config.fromPrefixedEnv() // PHIAL_REDIS_URL, PHIAL_TRUSTED_HOSTS='["example.com"]', …

const redis = openRedis(String(app.config.REDIS_URL ?? 'redis://127.0.0.1:6379'), app.logger)

app.sessionInterface = new StoredSessions(new RedisStore(redis))

/** Counts the logins of each client. Pages and files have no limit. */
const loginOf = ({ REQUEST_METHOD, PATH_INFO, REMOTE_ADDR }: Environ): string | undefined =>
  REQUEST_METHOD === 'POST' && PATH_INFO === '/login' ? REMOTE_ADDR : undefined

app.wsgiApp = rateLimit({
  limit: Number(app.config.LOGINS_PER_MINUTE ?? 20),
  key: loginOf,
  store: new RedisRateLimitStore(redis),
  ifStoreFails: 'allow', // a visitor may log in without a limit rather than not at all
})(app.wsgiApp)

/** Which server answered, so that you can watch them take turns. */
const server = process.env['HOSTNAME'] ?? `process ${process.pid}`

app.get('/', () => {
  const visits = Number(session.visits ?? 0) + 1
  session.visits = visits
  return renderTemplate('index', { visits, user: session.user, server })
})

const login = z.object({
  name: z.string().trim().min(1, 'Enter a name.').max(40, 'Use at most 40 characters.'),
})

app.route('/login', { methods: ['GET', 'POST'] }, async () => {
  const form = await request.form(login)
  if (!form.isValid) return makeResponse(renderTemplate('login', { form }), form.status)
  session.regenerate()
  session.user = form.data.name
  flash(
    `Welcome, ${form.data.name}. ${server} has logged you in; every other server knows you too.`,
  )
  return redirect(urlFor('index'))
})

app.post('/logout', () => {
  session.clear()
  return redirect(urlFor('index'))
})

// These two do not read the session, so they work while Redis is down.
app.get('/about', () => renderTemplate('about', { server }))
app.get('/health', () => ({ status: 'ok' }))

// Redis is down: say so to the visitor, and to the load balancer that this is temporary.
app.errorHandler(SessionError, () =>
  makeResponse(renderTemplate('away'), 503, { 'Retry-After': '5' }),
)
