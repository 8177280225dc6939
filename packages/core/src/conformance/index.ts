/**
 * The conformance cases as data, and checks that run them on your own application, middleware or server.
 *
 * ```ts
 * import { checkServer, verdictText } from '@phial/core/conformance'
 *
 * const { verdicts } = await checkServer(async (app) => {
 *   const server = await start(app) // your server
 *   return { client: (request) => ask(server, request), close: () => server.close() } // your client
 * })
 * for (const verdict of verdicts) console.log(verdictText(verdict))
 * ```
 *
 * @module @phial/core/conformance
 */
export {
  runCase,
  type Client,
  type ClientAnswer,
  type ClientRequest,
  type Finding,
  type MiddlewareCase,
  type ServerCase,
} from './case.ts'
export { checkApplication, type ApplicationCheckOptions } from './check-application.ts'
export { checkMiddleware } from './check-middleware.ts'
export { checkServer, serverCases, type ServerUnderCheck } from './check-server.ts'
export { middlewareCases } from './middleware.ts'
export { errorLine, isFaultless, verdictText, type Check, type Verdict } from './verdict.ts'
