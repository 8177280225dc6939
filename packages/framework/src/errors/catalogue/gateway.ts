import { type Rule, rules } from '@phial/core'
import type { Catalogue } from './entry.ts'

/** What the gateway's own functions raise. A broken rule has the rule's id as its code: `APP-3`. */
export const gateway: Catalogue = {
  ERR_PHIAL_NOT_AN_APPLICATION: {
    means:
      'Something was given as an application that is none: neither a function `(environ, startResponse)` nor an object with one as its `wsgiApp`.',
    example: `asApplication('Hello')`,
    remedy: 'Give the application itself: `app`, or `createApp()` where a function makes it.',
  },
  ERR_PHIAL_DISPATCHER_PREFIX: {
    means: 'A prefix of the dispatcher’s is none: it starts with a slash, and ends without one.',
    example: `dispatcher(app, { 'shop/': app })`,
    remedy: 'Write it as the path begins: `/shop`.',
  },
  ERR_PHIAL_LAMBDA_EVENT: {
    means:
      'A handler of `lambdaHandler` was given an event that is not of payload format 2.0, which function URLs and HTTP APIs send.',
    example: `await lambdaHandler(app)(JSON.parse('{ "version": "1.0" }'))`,
    remedy:
      'Use a function URL, or an HTTP API whose integration has payload format 2.0. A REST API sends other events.',
  },
  ERR_PHIAL_HEADER_NAME: {
    means: 'The middleware `requestId` was given a header that servers drop: its name has a `_`.',
    example: `requestId({ header: 'X_Request_ID' })`,
    remedy: 'Write it with dashes.',
  },
  ERR_PHIAL_CORS_ORIGINS: {
    means:
      'The middleware `cors` was given an origin that is none, or `*` together with credentials, which browsers refuse.',
    example: `cors({ origins: ['https://example.com/'] })`,
    remedy:
      'Name the origins: scheme and host, and the port if it is not the usual one, without a slash at the end.',
  },
  ERR_PHIAL_RATE_LIMIT_STORE: {
    means:
      'The store of the middleware `rateLimit` did not answer in time, so the request was not counted, and fails.',
    example: `const away = { hit: () => new Promise(() => {}) }
await call(rateLimit({ limit: 1, store: away, storeTimeout: 0.01 })(app))`,
    remedy:
      "Look after the store; it is asked again after `storeTimeout` seconds. To let requests through while it is away, pass `ifStoreFails: 'allow'`.",
  },
  ERR_PHIAL_RATE_LIMIT: {
    means:
      'The middleware `rateLimit` was given a limit, a window or a timeout of its store that would let nobody in, or everybody.',
    example: `rateLimit({ limit: 0, window: 60 })`,
    remedy: 'Give a limit of 1 or more, and a window and a timeout of more than 0 seconds.',
  },
}

/** The rule of the gateway that has an id, in any case of its letters. */
export function ruleOf(id: string): Rule | undefined {
  return rules.find((rule) => rule.id === id.toUpperCase())
}
