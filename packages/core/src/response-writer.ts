/**
 * The seam between the driver and a server: all that a server has to be able to do with an answer.
 *
 * The driver decides *what* is sent and *when*; the writer knows *how*: framing (a length, chunks,
 * or closing the connection), `Date`, and bytes. The names are those of Node's `ServerResponse`.
 *
 * The driver calls `writeHead` once, then `write` any number of times, then `end` once, or `destroy`
 * instead of what would have followed. A writer may keep the head until the call after it, so that
 * head and first bytes leave in one packet: that call always follows at once. It is `flushHeaders` if
 * the application wants the head to leave before there are bytes.
 */
import type { HeaderList } from './types.ts'

/** All that a server has to be able to do with an answer. */
export interface ResponseWriter {
  /**
   * The status (`200 OK`) and the headers, checked. Framing headers are never among them but `Content-Length`. The
   * status is 101 only if the environ has `phial.upgrade`; then `flushHeaders` follows, and chunks are sent as they are.
   */
  writeHead(status: string, headers: HeaderList): void
  /** Sends the head alone, at the end of this turn of the event loop at the latest. Without it the head leaves with the first bytes. */
  flushHeaders?(): void | Promise<void>
  /** Sends some bytes, never none. A promise asks the driver to wait: it resolves when there is room again, or the client has gone. */
  write(chunk: Uint8Array): void | Promise<void>
  /** The end of the answer, with the last bytes if there are any. */
  end(chunk?: Uint8Array): void | Promise<void>
  /** The answer broke off after its head: cut the connection, so that the client can see that it is not whole. */
  destroy(error: unknown): void
  /** Fires when the client has gone. Only asked for when an answer does not come at once. */
  readonly signal?: AbortSignal | undefined
  /**
   * Keeps a callback for when the client has gone, in place of the one before; calls it at once if the client has gone.
   * For writers that can do so without a signal.
   */
  onGone?(leave: (() => void) | undefined): void
  /** Whether the client has gone, where that is known without a signal, which costs more than it seems. */
  readonly isGone?: boolean | undefined
}
