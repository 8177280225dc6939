/**
 * The conformance cases as data: a rule, a name, an application, and a check of the server that runs it.
 * They depend on no server and no test runner. To run them you need only a client for your server.
 */
import type { Application, HeaderList, Middleware } from '../types.ts'

/** A test of one rule for servers. */
export interface ServerCase {
  /** The id of the rule in SPEC.md: `SRV-8`. */
  readonly rule: string
  readonly name: string
  /** Returns the application to serve. Called once for each run. The application may keep state between requests. */
  readonly app: () => Application
  /** Sends requests to the server. Resolves to a description of the breach, or to `undefined` if the rule is kept. */
  readonly check: (client: Client) => Promise<string | undefined>
}

/** A test of one rule for middleware. It applies to all middleware, regardless of its purpose. */
export interface MiddlewareCase {
  readonly rule: string
  readonly name: string
  readonly check: (middleware: Middleware) => Promise<string | undefined>
}

/** Sends one request to the application of the case and resolves to the response. May use a new connection for each request. */
export type Client = (request: ClientRequest) => Promise<ClientAnswer>

/** A request for a client to send. */
export interface ClientRequest {
  /** Defaults to `GET`. */
  readonly method?: string
  /** The target, as on the request line. Defaults to `/`. */
  readonly target?: string
  readonly headers?: HeaderList
  /** The chunks of the body. One chunk is sent with `Content-Length`, several with chunked transfer coding. */
  readonly body?: readonly string[]
  /** A part of the body after `body`, which is sent only after the first bytes of the response body have arrived. */
  readonly bodyLater?: string
  /** The same, but sent as soon as the head of the response has arrived. */
  readonly bodyAfterHead?: string
  /** Offers to switch to this protocol. After a 101 response the client sends `bodyAfterHead` unframed and closes its side. */
  readonly upgrade?: string
  /** Disconnects after `body`, although the request declared more. */
  readonly breakOff?: boolean
  /** Disconnects after the first bytes of the response body have arrived. */
  readonly leave?: boolean
}

/** A response as the client received it. */
export interface ClientAnswer {
  /** `200 OK` */
  readonly status: string
  readonly headers: HeaderList
  /** The body, decoded as Latin-1. */
  readonly body: string
  /** Whether the response is complete, as far as a client can detect. */
  readonly complete: boolean
}

/** The result of a case. */
export interface Finding {
  readonly rule: string
  readonly name: string
  /** A description of the breach, or `undefined` if the case passed. */
  readonly found: string | undefined
}

/** The default time limit for a case, in milliseconds. A case that takes longer has failed. */
const TIMEOUT = 5000

/**
 * Runs one case on a server or a middleware. The case fails if it throws or if it takes longer than `within`
 * milliseconds, 5000 by default.
 *
 * ```ts
 * const mine: Middleware = requestId()
 *
 * for (const one of middlewareCases) {
 *   const { rule, found } = await runCase(one, mine)
 *   if (found !== undefined) console.error(`${rule}: ${found}`)
 * }
 * ```
 */
export async function runCase<Subject>(
  testCase: {
    readonly rule: string
    readonly name: string
    readonly check: (subject: Subject) => Promise<string | undefined>
  },
  subject: Subject,
  within: number = TIMEOUT,
): Promise<Finding> {
  const { rule, name, check } = testCase
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`timed out after ${within} ms`), within)
  })
  try {
    return { rule, name, found: await Promise.race([check(subject), timeout]) }
  } catch (error) {
    return { rule, name, found: `the case failed with ${String(error)}` }
  } finally {
    clearTimeout(timer)
  }
}
