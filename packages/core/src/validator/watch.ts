/** The state of one request and response, as the validator has observed it. */
import { enforce } from '../rules/index.ts'
import type { Sent } from '../rules/rule.ts'
import type { Environ, HeaderList, StartResponse, Write } from '../types.ts'

export class Watch {
  readonly #method: string
  readonly #offered: string | undefined
  /** Whether `startResponse` was called, even if that call was rejected. */
  #called = false
  #started = false
  #status = ''
  #headers: HeaderList = []
  #sent = 0
  #ended = false
  /** Whether the last call of `startResponse` rethrew `excInfo`. */
  #rethrown = false
  /** Whether the server is waiting for a chunk of the body. */
  inBody = false

  constructor({ REQUEST_METHOD, 'phial.upgrade': offered }: Environ) {
    this.#method = REQUEST_METHOD
    this.#offered = offered
  }

  /** Returns a `startResponse` that checks its arguments and the server’s result. */
  startResponse(server: StartResponse): StartResponse {
    return (...args) => {
      const [status, headers, excInfo] = args
      const again = this.#called
      this.#called = true
      const offered = this.#offered
      enforce('start', { args: args.length, status, headers, excInfo, again, offered })
      this.#rethrown = excInfo !== undefined && excInfo !== null
      const returned = server(...args)
      this.#rethrown = false
      enforce('started', { returned })
      this.#started = true
      this.#status = status
      this.#headers = headers
      return this.#write(returned)
    }
  }

  #write(server: Write): Write {
    return (chunk) => {
      enforce('write', { ended: this.#ended, inBody: this.inBody })
      this.count(chunk)
      return server(chunk)
    }
  }

  /** Checks and counts a chunk. */
  count(chunk: Uint8Array): void {
    enforce('chunk', { ...this.#progress(), chunk })
    this.#sent += chunk.byteLength
  }

  /** Records that the body has ended normally. */
  end(): void {
    this.#ended = true
    enforce('end', { ...this.#progress(), trapped: this.#rethrown })
  }

  /** Records that the body was closed early or threw, so that missing bytes break no rule. */
  breakOff(): void {
    this.#ended = true
  }

  get hasEnded(): boolean {
    return this.#ended
  }

  #progress(): Sent {
    return {
      started: this.#started,
      status: this.#status,
      headers: this.#headers,
      sent: this.#sent,
      method: this.#method,
    }
  }
}
