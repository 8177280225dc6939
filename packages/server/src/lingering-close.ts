/**
 * Closes a connection whose client may still be sending. Closing a socket with unread bytes resets the connection, and the
 * client may lose the response that it has not read yet. Therefore the server closes only its own side, and reads and
 * discards further bytes for a while. RFC 9112 §9.6
 */
import type { Socket } from 'node:net'

/** How long a client that is still sending may be silent, in seconds. Same as nginx. */
export const LINGER_SILENCE = 5
/** How long a client may keep sending after the response, in seconds. Same as nginx. */
export const LINGER_TIME = 30
/** How long a client that has sent everything may take to close its side, in seconds. */
export const LINGER_IDLE = 1

/** Closes this side once all written data is sent (Node keeps it until the next tick), and keeps reading for a while. */
export function lingeringClose(socket: Socket, lastWords: string | Buffer = ''): void {
  process.nextTick(() => {
    if (socket.writable) socket.end(lastWords)
    socket.resume()
  })
  let received = socket.bytesRead
  let silence = 0
  let seconds = 0
  const look = (): void => {
    silence = socket.bytesRead > received ? 0 : silence + 1
    received = socket.bytesRead
    if (silence >= LINGER_SILENCE || ++seconds >= LINGER_TIME) socket.destroy()
  }
  // Each check waits until the sockets have been read, because timers run first after a long turn.
  const timer = setInterval(() => setImmediate(look), 1000).unref()
  socket.once('close', () => clearInterval(timer))
}
