/**
 * One session from request to answer: opened when it is first touched, saved when it differs from
 * what was opened. A request whose session nobody touches costs nothing.
 */
import { withCode } from '@phial/core'
import type { RequestContext } from '../context.ts'
import type { OpenSession, Session } from '../session-types.ts'
import { andThen, isPromise, type Maybe } from '../maybe.ts'
import type { Response } from '../response/response.ts'
import { prepareSecret } from './secret.ts'
import { isRenewed, makeSession, readOnly, SessionError } from './session.ts'
import { deleteSessionCookie, setSessionCookie } from './set-cookie.ts'
import { readValues, writeValues } from './values.ts'

const NOTHING = '{}'

const SENT =
  'but the answer’s headers have been sent already, with the cookie. Change the session before the view returns; if a streamed page shows flashed messages, call getFlashedMessages() in its view, too.'

const UNREAD = 'but it could not be read from its store.'

/**
 * Reads a session that is kept in a store, so that it is there before anything asks for it. Raises
 * what the store raises.
 *
 * ```ts
 * await readSession(context)
 * const { opened } = context
 * ```
 */
export function readSession(context: RequestContext): Maybe<void> {
  const { sessionInterface, config } = context.app
  const cookie = sessionInterface.readsAhead ? cookieOf(context) : undefined
  if (cookie === undefined) return
  context.opened = {
    session: readOnly(makeSession({}), UNREAD),
    text: NOTHING,
    cookie: undefined,
    isTouched: false,
  }
  return andThen(sessionInterface.read(cookie, config), (text) => {
    context.opened = opened(context, cookie, text)
  })
}

/** The session of a request, which counts as touched from now on. */
export function touchSession(context: RequestContext): Session {
  const open = (context.opened ??= openNow(context))
  open.isTouched = true
  return context.isSessionOver ? readOnly(open.session, SENT) : open.session
}

function openNow(context: RequestContext): OpenSession {
  const { sessionInterface, config } = context.app
  const refusal = prepareSecret(context.app)
  const cookie = cookieOf(context)
  if (cookie === undefined) return opened(context, undefined, undefined, refusal)
  const text = sessionInterface.readsAhead ? undefined : sessionInterface.read(cookie, config)
  if (!sessionInterface.readsAhead && !isPromise(text))
    return opened(context, cookie, text, refusal)
  throw withCode(
    'ERR_PHIAL_SESSION_UNREAD',
    new SessionError(
      'The session of this context is in a store that answers later. In a test or a script, read it first: await readSession(context).',
    ),
  )
}

/** A cookie that leads to nothing is no cookie. */
function opened(
  { app }: RequestContext,
  cookie: string | undefined,
  text: string | undefined,
  refusal: string | undefined = app.sessionInterface.refusal(app.config),
): OpenSession {
  const values = text === undefined || refusal !== undefined ? undefined : readValues(text)
  const session = makeSession(values ?? {})
  return {
    session: refusal === undefined ? session : readOnly(session, refusal),
    text: (values && text) ?? NOTHING,
    cookie: values && cookie,
    isTouched: false,
  }
}

function cookieOf({ app, request }: RequestContext): string | undefined {
  if (request.environ['HTTP_COOKIE'] === undefined) return undefined
  return request.cookies[app.config.SESSION_COOKIE_NAME]
}

/**
 * Writes a session that changed, once, and says so in the answer. Returns that. Raises
 * `SessionError` if it cannot be kept, and what the store raises.
 *
 * ```ts
 * response = (await saveSession(response, context)) ?? response
 * ```
 */
export function saveSession(response: Response, context: RequestContext): Maybe<Response> {
  if (context.isSessionOver) return response
  context.isSessionOver = true
  const open = context.opened ?? openToRefresh(context)
  if (open === undefined) return response
  if (open.isTouched) varyByCookie(response)
  const text = writeValues(open.session)
  if (text === open.text && !isRenewed(open.session) && !isRefreshed(open, context)) return response
  varyByCookie(response)
  return andThen(write(text, open, response, context), () => response)
}

/** A permanent session is sent again with each answer, so that its time starts anew. One in a store was read before. */
function openToRefresh(context: RequestContext): OpenSession | undefined {
  const { config, sessionInterface } = context.app
  if (!config.SESSION_REFRESH_EACH_REQUEST || sessionInterface.readsAhead) return undefined
  return cookieOf(context) === undefined ? undefined : openNow(context)
}

function isRefreshed({ session, cookie }: OpenSession, { app }: RequestContext): boolean {
  const isKept = cookie !== undefined && session.permanent === true
  return isKept && app.config.SESSION_REFRESH_EACH_REQUEST
}

/** An empty session is none: the cookie goes. One that was renewed gets another place than it had. */
function write(
  text: string,
  { session, cookie }: OpenSession,
  response: Response,
  { app, request }: RequestContext,
): Maybe<void> {
  const { sessionInterface, config } = app
  const leave = (): Maybe<void> =>
    cookie === undefined ? undefined : sessionInterface.remove(cookie)
  if (text === NOTHING) {
    if (cookie !== undefined) deleteSessionCookie(response, config, request.isSecure)
    return leave()
  }
  const isMoved = isRenewed(session)
  const written = sessionInterface.write(text, isMoved ? undefined : cookie, config)
  return andThen(written, (value) => {
    const isPermanent = session.permanent === true
    setSessionCookie(response, value, config, request.isSecure, isPermanent)
    return isMoved ? leave() : undefined
  })
}

function varyByCookie({ headers }: Response): void {
  const names = headers.getAll('Vary').flatMap((line) => line.split(','))
  const present = names.map((name) => name.trim()).filter((name) => name !== '')
  if (present.some((name) => /^(?:\*|cookie)$/i.test(name))) return
  headers.set('Vary', [...present, 'Cookie'].join(', '))
}
