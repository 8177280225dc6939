/**
 * A gateway application on Bun, Deno, Cloudflare Workers and AWS Lambda: what each of them knows of
 * a request, for `toFetch`, and a handler of Lambda’s events.
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
