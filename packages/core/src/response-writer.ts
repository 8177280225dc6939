/**
 * The interface between the driver and a server: how a server sends a response.
 *
 * The driver decides *what* is sent and *when*. The writer implements *how*: framing (by length, by chunks,
 * or by closing the connection), `Date`, and the bytes. The names are those of Node's `ServerResponse`.
 *
 * The driver calls `writeHead` once, then `write` any number of times, then `end` once, or `destroy` at any point to abort
 * the response. A writer may hold the head back until the next call, which always follows immediately, to send the
 * head and the first bytes in one packet. That call is `flushHeaders` if the head must be sent before there are bytes.
 */
import type { HeaderList } from './types.ts'

/** Sends a response for the driver. Implemented by each server. */
export interface ResponseWriter {
  /**
   * Sets the status (`200 OK`) and the headers, which have been checked. `Content-Length` is the only framing header among
   * them. The status is 101 only if the environ has `phial.upgrade`. Then `flushHeaders` follows, and chunks are sent unframed.
   */
  writeHead(status: string, headers: HeaderList): void
  /** Sends only the head, before the end of this turn of the event loop. Without this call, the head is sent with the first bytes. */
  flushHeaders?(): void | Promise<void>
  /** Sends a non-empty chunk. To apply back-pressure, returns a promise that resolves when the driver may continue or the client has disconnected. */
  write(chunk: Uint8Array): void | Promise<void>
  /** Ends the response, after the last chunk, if any. */
  end(chunk?: Uint8Array): void | Promise<void>
  /** Aborts the response after its head. Closes the connection, so that the client can detect that the response is incomplete. */
  destroy(error: unknown): void
  /** Fires when the client disconnects. The driver reads it only for responses that are not sent synchronously. */
  readonly signal?: AbortSignal | undefined
  /**
   * Sets the callback for when the client disconnects, which replaces the previous one. Calls it immediately if the client
   * has already disconnected. For writers that can do so without a signal.
   */
  onGone?(leave: (() => void) | undefined): void
  /** Whether the client has disconnected, for writers that know this without a signal. Signals are expensive. */
  readonly isGone?: boolean | undefined
}
