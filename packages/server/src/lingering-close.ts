/**
 * The end of a connection whose client may still be sending. To close a socket with unread bytes resets the
 * connection, and takes back what the client has not read yet: the response that says why. So the server
 * closes its own side, and reads and discards what still comes. RFC 9112 §9.6
 */
import type { Socket } from 'node:net'

/** How long, in seconds, a client that is still sending may be silent. As in nginx. */
export const LINGER_SILENCE = 5
/** How long, in seconds, a client may go on sending after the response. As in nginx. */
export const LINGER_TIME = 30
/** How long, in seconds, a client that has sent all may take to close its side. */
export const LINGER_IDLE = 1

/** Closes a connection once what was written has left (Node keeps it until the next tick), and reads on for a while. */
export function lingeringClose(socket: Socket, lastWords: string | Buffer = ''): void {
  process.nextTick(() => {
    if (socket.writable) socket.end(lastWords)
    socket.resume()
  })
  let came = socket.bytesRead
  let silence = 0
  let seconds = 0
  const look = (): void => {
    silence = socket.bytesRead > came ? 0 : silence + 1
    came = socket.bytesRead
    if (silence >= LINGER_SILENCE || ++seconds >= LINGER_TIME) socket.destroy()
  }
  // Each look waits until the sockets have been read: after a long turn, timers come first.
  const timer = setInterval(() => setImmediate(look), 1000).unref()
  socket.once('close', () => clearInterval(timer))
}
