import { type Rule, rules } from '@phial/core'
import type { Catalogue } from './entry.ts'

/** Errors that the gateway's own functions throw. For a broken rule, the code is the rule's id: `APP-3`. */
export const gateway: Catalogue = {
  ERR_PHIAL_NOT_AN_APPLICATION: {
    means:
      'A value is not an application. An application is a function `(environ, startResponse)`, or an object with such a function as its `wsgiApp` property.',
    example: `asApplication('Hello')`,
    remedy: 'Pass the application itself: `app`, or `createApp()` if a function creates it.',
  },
  ERR_PHIAL_DISPATCHER_PREFIX: {
    means:
      'A mount prefix of `dispatcher` is invalid. It must start with a slash and must not end with one.',
    example: `dispatcher(app, { 'shop/': app })`,
    remedy: 'Write the prefix as it appears at the start of the path: `/shop`.',
  },
  ERR_PHIAL_LAMBDA_EVENT: {
    means:
      'A handler of `lambdaHandler` received an event that is not in payload format 2.0, the format of function URLs and HTTP APIs.',
    example: `await lambdaHandler(app)(JSON.parse('{ "version": "1.0" }'))`,
    remedy:
      'Use a function URL, or an HTTP API whose integration has payload format 2.0. REST APIs send a different format.',
  },
  ERR_PHIAL_HEADER_NAME: {
    means:
      'The header name passed to the middleware `requestId` contains a `_`. Servers drop such headers.',
    example: `requestId({ header: 'X_Request_ID' })`,
    remedy: 'Write the name with hyphens, such as `X-Request-ID`.',
  },
  ERR_PHIAL_CORS_ORIGINS: {
    means:
      'The middleware `cors` received an invalid origin, or `*` together with credentials, which browsers reject.',
    example: `cors({ origins: ['https://example.com/'] })`,
    remedy:
      'Write each origin as scheme and host, with the port if it is not the default, and without a trailing slash: `https://example.com`.',
  },
  ERR_PHIAL_RATE_LIMIT_STORE: {
    means:
      'The store of the middleware `rateLimit` did not answer within `storeTimeout`. The request could not be counted, so it fails.',
    example: `const away = { hit: () => new Promise(() => {}) }
await call(rateLimit({ limit: 1, store: away, storeTimeout: 0.01 })(app))`,
    remedy:
      "Check that the store is running and reachable. The middleware tries it again after `storeTimeout` seconds. To let requests through while the store is unavailable, pass `ifStoreFails: 'allow'`.",
  },
  ERR_PHIAL_RATE_LIMIT: {
    means:
      'The middleware `rateLimit` received a limit, a window or a store timeout that would reject every request, or none.',
    example: `rateLimit({ limit: 0, window: 60 })`,
    remedy: 'Pass a limit of at least 1, and a window and a timeout of more than 0 seconds.',
  },
}

/** Returns the gateway rule with this id, ignoring case. */
export function ruleOf(id: string): Rule | undefined {
  return rules.find((rule) => rule.id === id.toUpperCase())
}
