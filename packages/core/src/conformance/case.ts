/**
 * The conformance cases as data: a rule, a name, an application, and a look at it through a server.
 * They know no server and no test runner: whoever has a client that can speak to a server can run them.
 */
import type { Application, HeaderList, Middleware } from '../types.ts'

/** One thing that a server has to do. */
export interface ServerCase {
  /** The id of the rule in SPEC.md: `SRV-8`. */
  readonly rule: string
  readonly name: string
  /** The application to serve, made anew for each run. It may keep state between two requests. */
  readonly app: () => Application
  /** Asks the server, and says what it found instead of what the rule wants; nothing when all is well. */
  readonly check: (client: Client) => Promise<string | undefined>
}

/** One thing that a middleware has to do, whatever else it does. */
export interface MiddlewareCase {
  readonly rule: string
  readonly name: string
  readonly check: (middleware: Middleware) => Promise<string | undefined>
}

/** Sends one request to the application of the case and takes its answer. A new connection for each will do. */
export type Client = (request: ClientRequest) => Promise<ClientAnswer>

/** What a client is to send. */
export interface ClientRequest {
  /** `GET` if not given. */
  readonly method?: string
  /** The target as it stands on the request line. `/` if not given. */
  readonly target?: string
  readonly headers?: HeaderList
  /** The body, chunk by chunk; one chunk is sent with its `Content-Length`, several in chunked coding. */
  readonly body?: readonly string[]
  /** Part of the body, after `body`, that is sent only when the first bytes of the answer’s body have come. */
  readonly bodyLater?: string
  /** The same, but sent as soon as the answer’s head has come. */
  readonly bodyAfterHead?: string
  /** Offers to switch to this protocol. After a 101 the client sends `bodyAfterHead` as it is, and ends its side. */
  readonly upgrade?: string
  /** Breaks the request off after `body`, though more was announced: the client leaves. */
  readonly breakOff?: boolean
  /** Leaves when the first bytes of the answer’s body have come. */
  readonly leave?: boolean
}

/** What came back. */
export interface ClientAnswer {
  /** `200 OK` */
  readonly status: string
  readonly headers: HeaderList
  /** The bytes that came, as Latin-1. */
  readonly body: string
  /** Whether the answer came whole, as far as a client can tell. */
  readonly complete: boolean
}

/** What a case found. */
export interface Finding {
  readonly rule: string
  readonly name: string
  /** What is wrong, or nothing when the case passed. */
  readonly found: string | undefined
}

/** How long a case may take, in milliseconds, if `runCase` is not told: a chunk that never comes is a finding too. */
const PATIENCE = 5000

/**
 * Runs one case, on a server or a middleware. An error on the way is a finding, and so is no end
 * `within` so many milliseconds.
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
  within: number = PATIENCE,
): Promise<Finding> {
  const { rule, name, check } = testCase
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`nothing more came within ${within} ms`), within)
  })
  try {
    return { rule, name, found: await Promise.race([check(subject), late]) }
  } catch (error) {
    return { rule, name, found: `the case could not be run: ${String(error)}` }
  } finally {
    clearTimeout(timer)
  }
}
