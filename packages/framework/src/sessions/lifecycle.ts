/**
 * One session from request to answer: opened when it is first touched, saved when it differs from
 * what was opened. A request whose session nobody touches costs nothing.
 */
import { withCode } from '@phial/core'
import type { RequestContext } from '../context/context.ts'
import type { OpenSession, Session } from '../context/session-types.ts'
import { andThen, isPromise, type Maybe, recover } from '../helpers/promises.ts'
import type { Response } from '../response/response.ts'
import { indexOfHeader } from '../response/response-fields.ts'
import { prepareSecret } from './secret.ts'
import { isRenewed, makeSession, readOnly, SessionError } from './session.ts'
import { deleteSessionCookie, setSessionCookie } from './set-cookie.ts'
import { readValues, writeValues } from './values.ts'

const NOTHING = '{}'

const SENT =
  'but the response headers, which contain the session cookie, have already been sent. Change the session before the view returns. If a streamed page shows flashed messages, also call getFlashedMessages() in its view.'

const UNREAD = 'but the session could not be read from its store.'

/**
 * Reads a session that is kept in a store, so that it is there before the first hook. Does not reject: a
 * store that does not work is an error of the request only if it uses its session.
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
  return recover(
    () =>
      andThen(sessionInterface.read(cookie, config), (text) => {
        context.opened = opened(context, cookie, text)
      }),
    (error) => {
      context.sessionFailure = { error }
    },
  )
}

/**
 * The session of a request, which counts as used from now on. If its store failed, throws that error the
 * first time; after that, as for an error handler's page, it is empty and cannot be changed.
 */
export function touchSession(context: RequestContext): Session {
  const { sessionFailure } = context
  if (sessionFailure !== undefined) {
    context.sessionFailure = undefined
    const session = readOnly(makeSession({}), UNREAD)
    context.opened = { session, text: NOTHING, cookie: undefined, isTouched: false }
    throw sessionFailure.error
  }
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
      'The session is read asynchronously from its store, and has not been read yet. In a test or a script, call await readSession(context) first.',
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

/** Parses the cookies only if the name is somewhere among them. `bench/peers`, "browser" */
function cookieOf({ app, request }: RequestContext): string | undefined {
  const cookies = request.environ['HTTP_COOKIE']
  const name = app.config.SESSION_COOKIE_NAME
  if (typeof cookies !== 'string' || !cookies.includes(name)) return undefined
  return request.cookies[name]
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
  const { environ } = context.request
  if (context.opened === undefined && environ['HTTP_COOKIE'] === undefined) return response
  const open = context.opened ?? openToRefresh(context)
  if (open === undefined) return response
  const text = writeValues(open.session)
  const isKept = text === open.text && !isRenewed(open.session) && !isRefreshed(open, context)
  if (open.isTouched || !isKept) varyByCookie(response)
  if (isKept) return response
  const written = write(text, open, response, context)
  return isPromise(written) ? written.then(() => response) : response
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

/** An empty session is deleted, with its cookie. One that was renewed gets another place than it had. */
function write(
  text: string,
  { session, cookie }: OpenSession,
  response: Response,
  { app, request }: RequestContext,
): Maybe<void> {
  const { sessionInterface, config } = app
  if (text === NOTHING) {
    if (cookie === undefined) return undefined
    deleteSessionCookie(response, config, request.isSecure)
    return sessionInterface.remove(cookie)
  }
  const written = sessionInterface.write(text, cookie, config, isRenewed(session))
  return andThen(written, (value) => {
    // The session ended while this request was answered, and stays ended.
    if (value === undefined) return
    const isPermanent = session.permanent === true
    setSessionCookie(response, value, config, request.isSecure, isPermanent)
  })
}

function varyByCookie(response: Response): void {
  if (indexOfHeader(response.headerList, 'Vary') === -1) {
    response.headerList.push(['Vary', 'Cookie'])
    return
  }
  const { headers } = response
  const names = headers.getAll('Vary').flatMap((line) => line.split(','))
  const present = names.map((name) => name.trim()).filter((name) => name !== '')
  if (present.some((name) => /^(?:\*|cookie)$/i.test(name))) return
  headers.set('Vary', [...present, 'Cookie'].join(', '))
}
