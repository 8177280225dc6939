/**
 * The interface between the driver and a server: how a server sends a response.
 *
 * The driver decides *what* is sent and *when*. The writer decides *how*: framing (a length, chunks or the end of the
 * connection), `Date`, and bytes. The names are those of Node's `ServerResponse`.
 *
 * The driver calls `writeHead` once, then `write` any number of times, then `end` once, or `destroy` instead of the
 * remaining calls. A writer may hold the head back until the next call, so that the head and the first bytes are
 * sent in one packet: that call always follows immediately. It is `flushHeaders` if the application sends the head
 * before the first bytes.
 */
import type { HeaderList } from './types.ts'

/** Sends a response. Implemented by each server. */
export interface ResponseWriter {
  /**
   * Receives the checked status (`200 OK`) and headers. `Content-Length` is the only framing header that they can
   * contain. The status is 101 only if the environ has `phial.upgrade`; then `flushHeaders` follows, and chunks are sent
   * unchanged.
   */
  writeHead(status: string, headers: HeaderList): void
  /** Sends the head alone, at the latest at the end of this event loop turn. A writer without it sends the head with the first bytes. */
  flushHeaders?(): void | Promise<void>
  /** Sends a chunk that is not empty. Returns a promise to make the driver wait until the buffer has drained or the client has disconnected. */
  write(chunk: Uint8Array): void | Promise<void>
  /** Ends the response, with the last chunk if there is one. */
  end(chunk?: Uint8Array): void | Promise<void>
  /** Cuts the connection after the head was sent, so that the client can detect that the response is incomplete. */
  destroy(error: unknown): void
  /** Fires when the client has disconnected. Read only if the application does not answer synchronously. */
  readonly signal?: AbortSignal | undefined
  /**
   * Sets the callback for a disconnect, or removes it. Calls it immediately if the client has disconnected. For writers
   * that can do so without a signal.
   */
  onGone?(leave: (() => void) | undefined): void
  /** Whether the client has disconnected. For writers that know it without a signal, which is expensive. */
  readonly isGone?: boolean | undefined
}
