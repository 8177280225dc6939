/**
 * The application: one request, step by step.
 *
 *     wsgiApp ─► open ─► admit ─► preprocess ─► dispatch ─► finalize ─► send ─► teardown
 *                          └────────────┴───────────┴─► error ─▲
 *
 * An error goes to `handleUserException`. If that throws, `handleException` follows. `setup.ts` configures the app until
 * the first request.
 */
import {
  type Application,
  type Body,
  type Environ,
  type StartResponse,
  wsgiToText,
} from '@phial/core'
import { toResponse } from './answer/answers.ts'
import { handleUnexpected, handleUserException, lastResort } from './answer/handling.ts'
import { runAfter, runBefore } from './answer/hooks.ts'
import { redirectMatch } from './answer/redirect-to.ts'
import { methodHint, notFoundHint } from './answer/routing-hints.ts'
import { send } from './answer/send.ts'
import { teardown } from './answer/teardown.ts'
import {
  type App,
  AppContext,
  currentApp as currentAppLocal,
  RequestContext,
} from './context/context.ts'
import { MethodNotAllowed, NotFound } from './errors/http-errors.ts'
import { andThen, isPromise, type Maybe, recover } from './helpers/promises.ts'
import {
  contextPushed,
  isObserved,
  type RequestSteps,
  respondObserved,
} from './observers/observers.ts'
import type { Routing } from './request/request.ts'
import type { Response } from './response/response.ts'
import { absolutePath, domainOf } from './routing/domains.ts'
import type { Match } from './routing/router.ts'
import { checkCrossSite } from './safety/cross-site.ts'
import { assertTrusted } from './safety/trusted-hosts.ts'
import type { Session } from './context/session-types.ts'
import { readSession, saveSession, touchSession } from './sessions/lifecycle.ts'
import { AppSetup } from './setup.ts'
import { connectedReceivers } from './observers/signals.ts'
import { Templates } from './templating/templates.ts'
import { TestCliRunner } from './testing/cli-runner.ts'
import type { TestClientOptions } from './testing/client.ts'
import { testEnviron, type TestRequestOptions } from './testing/message.ts'
import type { ViewFunction } from './answer/views.ts'

/** The app of the current context. Throws `ContextError` outside of a context. */
export const currentApp: Phial = currentAppLocal as Phial

/**
 * An application.
 *
 * ```ts
 * export const app = new Phial(import.meta.url)
 *
 * app.get('/hello/:name', ({ name }) => `Hello ${name}`)
 * ```
 *
 * Throws `TypeError` without the URL of the app's file. Templates and static files are searched for next to it.
 */
export class Phial extends AppSetup implements App, RequestSteps {
  readonly templates: Templates = new Templates(this)

  /** The gateway application. Middleware wraps it: `app.wsgiApp = proxyFix()(app.wsgiApp)`. */
  wsgiApp: Application = (environ, startResponse) => {
    if (!this.isSetUp) this.closeSetup()
    const context = this.#open(environ)
    return isObserved(environ)
      ? context.enter(respondObserved, this, context, startResponse, respond)
      : context.enter(respond, this, context, startResponse)
  }

  /** Finds the rule, and creates the request and its context. */
  #open(environ: Environ): RequestContext {
    const path = wsgiToText(environ.PATH_INFO)
    const request = new this.requestClass(environ, path, this.#match(environ, path), this)
    return new RequestContext(this, request)
  }

  /** Matches the path and the method. An empty path is the root's. If the app is mounted, it is redirected to the URL with the slash. */
  #match(environ: Environ, path: string): Routing {
    try {
      const domain = this.urlMap.hostMatching === 'none' ? '' : domainOf(environ, this)
      const absolute = path.startsWith('/') ? path : absolutePath(path)
      const match = this.urlMap.match(environ.REQUEST_METHOD, absolute, domain)
      const lacksSlash = path === '' && environ.SCRIPT_NAME !== '' && match.kind === 'found'
      return lacksSlash ? { kind: 'redirect', path: '/', host: undefined, rule: match.rule } : match
    } catch (error) {
      return { kind: 'failed', error }
    }
  }

  /** Runs `urlValuePreprocessor` and `beforeRequest` hooks. Returns the first response that a hook returns. */
  preprocessRequest(context: RequestContext): Maybe<Response | undefined> {
    const { before } = this.scopes.hooksOf(context.request.blueprint)
    return before.length === 0 ? undefined : runBefore(before, context)
  }

  /** Calls the view of the matched rule. Throws `NotFound` or `MethodNotAllowed` if no rule matched. */
  dispatchRequest(context: RequestContext): Maybe<Response> {
    const { routing } = context.request
    if (routing.kind !== 'found') return answerWithoutView(context, routing)
    const { rule, values } = routing as Extract<Match<ViewFunction>, { kind: 'found' }>
    const answer = rule.target(values, context)
    return isPromise(answer)
      ? Promise.resolve(answer).then((late) => toResponse(late, rule, context))
      : toResponse(answer, rule, context)
  }

  /** Runs `afterThisRequest` and `afterRequest` hooks, then saves the session. */
  finalizeRequest(context: RequestContext, response: Response): Maybe<Response> {
    const { afterThis } = context
    const { after } = this.scopes.hooksOf(context.request.blueprint)
    const own = afterThis === undefined ? response : runAfter(afterThis, response, context)
    const last = after.length === 0 ? own : andThen(own, (made) => runAfter(after, made, context))
    return isPromise(last)
      ? last.then((made) => saveSession(made, context))
      : saveSession(last, context)
  }

  /** Responds to an `HTTPException`, or an error that has a handler. Rethrows any other error. */
  handleUserException(context: RequestContext, error: unknown): Maybe<Response> {
    return handleUserException(error, context, this.scopes.errorHandlersOf(context))
  }

  /** Responds to an unhandled error with the handler of 500, or else with the page of a 500. Rethrows it if `PROPAGATE_EXCEPTIONS` is set. */
  handleException(context: RequestContext, error: unknown): Maybe<Response> {
    return handleUnexpected(error, context, this.scopes.errorHandlersOf(context))
  }

  /** Logs an unhandled error with `app.logger`. */
  logException(error: unknown, context: AppContext): void {
    const request = context instanceof RequestContext ? context.request : undefined
    const where = request && ` on ${JSON.stringify(request.path)} [${request.method}]`
    this.logger.log('error', `Exception${where ?? ''}`, { error }, request?.environ)
  }

  sessionOf(context: RequestContext): Session {
    return touchSession(context)
  }

  templateContext(context: AppContext | undefined): object | undefined {
    const blueprint = context instanceof RequestContext ? context.request.blueprint : undefined
    const { contextProcessors } = this.scopes.hooksOf(blueprint)
    if (contextProcessors.length === 0) return undefined
    return Object.assign({}, ...contextProcessors.map((process) => process())) as object
  }

  contextPushed(context: AppContext): void {
    if (connectedReceivers > 0) contextPushed(this, context)
  }

  contextPopped(context: AppContext, error: unknown): Maybe<void> {
    const request = context instanceof RequestContext ? context.request : undefined
    const hooks = this.scopes.hooksOf(request?.blueprint).teardown
    const app = this.teardownAppContextHooks
    const isPlain = hooks.length === 0 && app.length === 0 && connectedReceivers === 0
    if (isPlain && request?.closers === undefined) return undefined
    return teardown(context, error, { request: hooks, app })
  }

  /** Returns a context without a request, for scripts: `app.appContext().run(() => urlFor('index'))`. */
  override appContext(): AppContext {
    return new AppContext(this)
  }

  /** Returns a context with a request, for tests and scripts: `app.testRequestContext('/posts?page=2').run(() => request.args)`. */
  testRequestContext(path: string = '/', options: TestRequestOptions = {}): RequestContext {
    return this.#open(testEnviron(path, options, this.config))
  }

  /** Returns a client that sends requests to this app without a server. */
  testClient(options: TestClientOptions = {}): InstanceType<this['testClientClass']> {
    const client = new this.testClientClass(this, options)
    return client as InstanceType<this['testClientClass']>
  }

  /** Returns a runner for this app's commands, without a terminal: `await app.testCliRunner().invoke(['create-user', 'ada'])`. */
  testCliRunner(): TestCliRunner {
    return new TestCliRunner(this)
  }
}

/**
 * Responds to one request: all steps after `open`. It creates no closures for a synchronous view, so that a
 * request passes through few functions: `pnpm bench path`. For an asynchronous view it creates one more promise, which
 * `pnpm bench peers --workloads json` measures.
 */
function respond(
  steps: RequestSteps,
  context: RequestContext,
  startResponse: StartResponse,
): Maybe<Body> {
  let response: Maybe<Response>
  try {
    context.push()
  } catch (error) {
    return abandon(error, context)
  }
  try {
    response = fullDispatch(steps, context)
  } catch (error) {
    return handle(steps, context, startResponse, error)
  }
  if (!isPromise(response)) return finalize(steps, context, startResponse, response)
  return Promise.resolve(response).then(
    (late) => finalize(steps, context, startResponse, late),
    (error) => handle(steps, context, startResponse, error),
  )
}

/** Responds to an error of a view or of a hook before it. */
function handle(
  steps: RequestSteps,
  context: RequestContext,
  startResponse: StartResponse,
  error: unknown,
): Maybe<Body> {
  const fail = (failure: unknown): Maybe<Body> =>
    respondToError(steps, context, startResponse, failure)
  let response: Maybe<Response>
  try {
    response = steps.handleUserException(context, error)
  } catch (failure) {
    return fail(failure)
  }
  const next = (made: Response): Maybe<Body> => finalize(steps, context, startResponse, made)
  return isPromise(response) ? Promise.resolve(response).then(next, fail) : next(response)
}

/** Runs the steps after the view, then sends the response. */
function finalize(
  steps: RequestSteps,
  context: RequestContext,
  startResponse: StartResponse,
  response: Response,
): Maybe<Body> {
  let last: Maybe<Response>
  try {
    last = steps.finalizeRequest(context, response)
  } catch (error) {
    return respondToError(steps, context, startResponse, error)
  }
  if (!isPromise(last)) return sendOrReplace(last, context, startResponse, undefined)
  return Promise.resolve(last).then(
    (made) => sendOrReplace(made, context, startResponse, undefined),
    (error) => respondToError(steps, context, startResponse, error),
  )
}

/** Admits the request, then runs the hooks before the view, then the view. */
function fullDispatch(steps: RequestSteps, context: RequestContext): Maybe<Response> {
  const admitted = admit(context)
  const early = isPromise(admitted)
    ? admitted.then(() => steps.preprocessRequest(context))
    : steps.preprocessRequest(context)
  return isPromise(early)
    ? early.then((late) => late ?? steps.dispatchRequest(context))
    : (early ?? steps.dispatchRequest(context))
}

/** Checks the host and the origin of the request before any code of the app runs. Then reads a session that is in a store. */
function admit(context: RequestContext): Maybe<void> {
  const { request, app } = context
  if (request.trustedHosts.length > 0) assertTrusted(request.host, request.trustedHosts)
  if (!SAFE.has(request.method)) checkCrossSite(request, app.config)
  return app.sessionInterface.readsAhead ? readSession(context) : undefined
}

/** Safe methods. RFC 9110 §9.2.1 */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Responds to an unhandled error. An error while doing so is a plain 500. */
function respondToError(
  steps: RequestSteps,
  context: RequestContext,
  startResponse: StartResponse,
  error: unknown,
): Maybe<Body> {
  const answer = (): Maybe<Response> =>
    andThen(steps.handleException(context, error), (made) => steps.finalizeRequest(context, made))
  const response = recover(
    () => recover(answer, (failure) => lastResort(failure, context)),
    (failure) => abandon(failure, context),
  )
  return andThen(response, (made) => sendOrReplace(made, context, startResponse, error))
}

/** Responds to a request that matched no view: with a redirect to the canonical path, the allowed methods, or an error. */
function answerWithoutView(
  context: RequestContext,
  routing: Exclude<Routing, { kind: 'found' }>,
): Response {
  if (routing.kind === 'failed') throw routing.error
  if (routing.kind === 'not-found') throw new NotFound(notFoundHint(context))
  if (routing.kind === 'redirect') return redirectMatch(context, routing)
  const { allow } = routing
  if (context.request.method !== 'OPTIONS' || !allow.includes('OPTIONS')) {
    throw new MethodNotAllowed(methodHint(context, allow), { validMethods: allow })
  }
  return new context.app.responseClass('', { headers: { Allow: allow.join(', ') } })
}

/** Sends a response. If the gateway rejects it, that is an error of the app, and a 500 replaces it. */
function sendOrReplace(
  response: Response,
  context: RequestContext,
  startResponse: StartResponse,
  unhandled: unknown,
): Maybe<Body> {
  try {
    const body = send(response, context, startResponse, unhandled)
    return isPromise(body) ? body.catch(replace) : body
  } catch (error) {
    return replace(error)
  }

  function replace(error: unknown): Maybe<Body> {
    return recover(
      () => send(lastResort(error, context), context, startResponse, error, true),
      (failure) => abandon(failure, context),
    )
  }
}

/** Ends a request, and passes its error to the server. */
function abandon(error: unknown, context: RequestContext): Maybe<never> {
  return andThen(context.pop(error), () => {
    throw error
  })
}
