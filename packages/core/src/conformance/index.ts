/**
 * The conformance cases, as data, for a server, a middleware or an application of your own.
 *
 * ```ts
 * import { runCase, serverCases } from '@phial/core/conformance'
 *
 * for (const one of serverCases) {
 *   const server = await start(one.app()) // your server
 *   const { rule, name, found } = await runCase(one, (request) => ask(server, request)) // your client
 *   if (found !== undefined) console.error(`${rule}: ${name}: ${found}`)
 * }
 * ```
 *
 * @module @phial/core/conformance
 */
import { closingCases } from './closing.ts'
import type { ServerCase } from './case.ts'
import { requestCases } from './request.ts'
import { responseCases } from './response.ts'

/** What a server has to do: one case at least for each SRV rule that only a client can see. */
export const serverCases: readonly ServerCase[] = [
  ...requestCases,
  ...responseCases,
  ...closingCases,
]

export {
  runCase,
  type Client,
  type ClientAnswer,
  type ClientRequest,
  type Finding,
  type MiddlewareCase,
  type ServerCase,
} from './case.ts'
export { middlewareCases } from './middleware.ts'
