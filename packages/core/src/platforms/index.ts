/**
 * Runs a gateway application on Bun, Deno, Cloudflare Workers and AWS Lambda: environ keys of the platforms for
 * `toFetch`, and a handler of Lambda events.
 *
 * @module @phial/core/platforms
 */
export {
  bunEnviron,
  denoEnviron,
  workersEnviron,
  type BunServer,
  type DenoInfo,
  type PlatformEnviron,
  type WorkerContext,
} from './environs.ts'
export { lambdaHandler, type LambdaEvent, type LambdaResult } from './lambda.ts'
