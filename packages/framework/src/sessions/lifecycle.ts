/**
 * The session of a request. It is opened on first access, and saved if it has changed. A request that does not access its
 * session has no overhead.
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

const EMPTY = '{}'

/** The end of the error message for a change after the response headers have been sent. */
const HEADERS_SENT =
  'but the response headers, which contain the session cookie, have already been sent. Change the session before the view returns. If a streamed page shows flashed messages, also call getFlashedMessages() in its view.'

const UNREAD = 'but the session could not be read from its store.'

/**
 * Reads the session from its store before the first hook. Does not reject. If the store fails, only requests that access
 * their session fail.
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
        context.opened = openFrom(context, cookie, text)
      }),
    (error) => {
      context.sessionFailure = { error }
    },
  )
}

/**
 * Returns the session of a request and marks it as accessed. If the store failed, throws its error on the first call.
 * Later calls, such as in an error handler, return an empty read-only session.
 */
export function touchSession(context: RequestContext): Session {
  const { sessionFailure } = context
  if (sessionFailure !== undefined) {
    context.sessionFailure = undefined
    const session = readOnly(makeSession({}), UNREAD)
    context.opened = { session, text: EMPTY, cookie: undefined, isTouched: false }
    throw sessionFailure.error
  }
  const open = (context.opened ??= openNow(context))
  open.isTouched = true
  return context.isSessionOver ? readOnly(open.session, HEADERS_SENT) : open.session
}

function openNow(context: RequestContext): OpenSession {
  const { sessionInterface, config } = context.app
  const refusal = prepareSecret(context.app)
  const cookie = cookieOf(context)
  if (cookie === undefined) return openFrom(context, undefined, undefined, refusal)
  const text = sessionInterface.readsAhead ? undefined : sessionInterface.read(cookie, config)
  if (!sessionInterface.readsAhead && !isPromise(text))
    return openFrom(context, cookie, text, refusal)
  throw withCode(
    'ERR_PHIAL_SESSION_UNREAD',
    new SessionError(
      'The session is read asynchronously from its store, and has not been read yet. In a test or a script, call await readSession(context) first.',
    ),
  )
}

/** Opens the session with a serialized text. A cookie without a valid session counts as missing. */
function openFrom(
  { app }: RequestContext,
  cookie: string | undefined,
  text: string | undefined,
  refusal: string | undefined = app.sessionInterface.refusal(app.config),
): OpenSession {
  const values = text === undefined || refusal !== undefined ? undefined : readValues(text)
  const session = makeSession(values ?? {})
  return {
    session: refusal === undefined ? session : readOnly(session, refusal),
    text: (values && text) ?? EMPTY,
    cookie: values && cookie,
    isTouched: false,
  }
}

/**
 * Returns the session cookie. Parses the cookies only if their text contains its name. Measured by `bench/peers`,
 * "browser".
 */
function cookieOf({ app, request }: RequestContext): string | undefined {
  const cookies = request.environ['HTTP_COOKIE']
  const name = app.config.SESSION_COOKIE_NAME
  if (typeof cookies !== 'string' || !cookies.includes(name)) return undefined
  return request.cookies[name]
}

/**
 * Saves the session if it has changed, and sets the cookie of the response. Only the first call for a request has an
 * effect. Returns the response. Throws `SessionError` if the session cannot be saved, and errors of the store.
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
  const isUnchanged = text === open.text && !isRenewed(open.session) && !isRefreshed(open, context)
  if (open.isTouched || !isUnchanged) varyByCookie(response)
  if (isUnchanged) return response
  const written = write(text, open, response, context)
  return isPromise(written) ? written.then(() => response) : response
}

/**
 * Opens a session that was not accessed, because a permanent one is sent with each response to extend its lifetime. A
 * session in a store has already been read.
 */
function openToRefresh(context: RequestContext): OpenSession | undefined {
  const { config, sessionInterface } = context.app
  if (!config.SESSION_REFRESH_EACH_REQUEST || sessionInterface.readsAhead) return undefined
  return cookieOf(context) === undefined ? undefined : openNow(context)
}

function isRefreshed({ session, cookie }: OpenSession, { app }: RequestContext): boolean {
  const isPermanent = cookie !== undefined && session.permanent === true
  return isPermanent && app.config.SESSION_REFRESH_EACH_REQUEST
}

/**
 * Writes a session and sets its cookie. Deletes both if the session is empty. A regenerated session gets another id.
 */
function write(
  text: string,
  { session, cookie }: OpenSession,
  response: Response,
  { app, request }: RequestContext,
): Maybe<void> {
  const { sessionInterface, config } = app
  if (text === EMPTY) {
    if (cookie === undefined) return undefined
    deleteSessionCookie(response, config, request.isSecure)
    return sessionInterface.remove(cookie)
  }
  const written = sessionInterface.write(text, cookie, config, isRenewed(session))
  return andThen(written, (value) => {
    // Another request has ended the session in the meantime, so it is not stored again.
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
