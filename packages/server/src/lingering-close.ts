/** The end of a connection whose client may still be sending. */
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** How long, in milliseconds, a client that still sends is heard out so that it can see the answer. */
export const LINGER: number = 1000

/** Closes a connection when what was written has left (Node keeps it until the next tick), hearing the client out for a moment. */
export function lingeringClose(socket: Socket, lastWords: string | Buffer = ''): void {
  process.nextTick(() => {
    if (socket.writable) socket.end(lastWords)
    socket.resume()
  })
  void pause(LINGER, undefined, { ref: false }).then(() => socket.destroy())
}
