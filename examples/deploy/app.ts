/**
 * A site that runs on several servers at once. Shared state is in Redis: sessions, flashed messages and rate limits.
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

/** Returns the client address for a login, whose rate is limited. Other requests have no limit. */
const loginOf = ({ REQUEST_METHOD, PATH_INFO, REMOTE_ADDR }: Environ): string | undefined =>
  REQUEST_METHOD === 'POST' && PATH_INFO === '/login' ? REMOTE_ADDR : undefined

app.wsgiApp = rateLimit({
  limit: Number(app.config.LOGINS_PER_MINUTE ?? 20),
  key: loginOf,
  store: new RedisRateLimitStore(redis),
  ifStoreFails: 'allow', // logging in without a limit is better than not at all
})(app.wsgiApp)

/** The name of this server, so that you can see which one answered. */
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
    `Welcome, ${form.data.name}. ${server} has logged you in. Every other server knows you too.`,
  )
  return redirect(urlFor('index'))
})

app.post('/logout', () => {
  session.clear()
  return redirect(urlFor('index'))
})

// These two views do not read the session, so they work while Redis is down.
app.get('/about', () => renderTemplate('about', { server }))
app.get('/health', () => ({ status: 'ok' }))

// If Redis is down, tells the visitor, and tells the load balancer that this is temporary.
app.errorHandler(SessionError, () =>
  makeResponse(renderTemplate('away'), 503, { 'Retry-After': '5' }),
)
