/**
 * The gateway interface: its types, the driver that runs an application for any server, the validator,
 * helpers, middleware, the fetch bridge and the in-process client. It has no dependencies and does no I/O.
 *
 * @module @phial/core
 */
export type * from './types.ts'
export type { ResponseWriter } from './response-writer.ts'
export { traced, watchLayers } from './trace.ts'
export { isLoopback, whyRemote } from './locality.ts'
export { admitDeveloper, requireDeveloperToken, whyNotDeveloper } from './developer-token.ts'
export { asApplication, callApplication, run } from './driver.ts'
export {
  hasBody,
  environKey,
  makeEnviron,
  requestHeaders,
  type RequestHead,
  type SignalSource,
} from './environ.ts'
export { emptyInput, inputStream, type ChunkReader, type InputSource } from './input.ts'
export { withCode, type ErrorCode } from './error-code.ts'
export { errorStream } from './error-stream.ts'
export { Chunks, isPromise } from './chunks.ts'
export { errorText, logError } from './log-error.ts'
export { FileWrapper } from './file-wrapper.ts'
export { GatewayError } from './rules/gateway-error.ts'
export {
  cachedByName,
  type HostAndPort,
  isContentLength,
  isDigits,
  isFieldValue,
  isIPv4,
  isIPv6,
  isStatus,
  isTargetText,
  isToken,
  type RequestTarget,
  splitHost,
  splitTarget,
  TARGET_CHARACTER,
  TOKEN_CHARACTER,
} from './grammar.ts'
export { isSecretName } from './secret-names.ts'
export { Headers, isHopByHop } from './headers.ts'
export { isCompressible } from './compressible.ts'
export { breach, rules } from './rules/index.ts'
export type { Rule } from './rules/rule.ts'
export {
  applicationUri,
  decodePath,
  encodeTarget,
  guessScheme,
  origin,
  quotePath,
  rawPath,
  requestUri,
  setupTestingDefaults,
  shiftPathInfo,
  textToWsgi,
  wsgiToText,
} from './url.ts'
export { call, type CallAnswer, type CallOptions } from './call.ts'
export { fromFetch, responseHeaders, type FetchHandler } from './fetch/from-fetch.ts'
export { toFetch, type ToFetchOptions } from './fetch/to-fetch.ts'
export { compose } from './middleware/compose.ts'
export { dispatcher } from './middleware/dispatcher.ts'
export { applyForwarded, type Forwarded } from './middleware/forwarded.ts'
export { proxyFix, type ProxyFixOptions } from './middleware/proxy-fix.ts'
export { securityHeaders } from './middleware/security-headers.ts'
export { cors, type CorsOptions } from './middleware/cors.ts'
export { requestId, type RequestIdOptions } from './middleware/request-id.ts'
export { rateLimit, type RateLimitOptions } from './middleware/rate-limit.ts'
export {
  type Hits,
  MemoryRateLimitStore,
  type RateLimitStore,
  RedisRateLimitStore,
  type RedisScriptClient,
} from './middleware/rate-limit-stores.ts'
export { addVary, onHeaders } from './middleware/on-headers.ts'
export { validator } from './validator/validator.ts'
