/** Reads the PROXY header from a socket. */
import type { Socket } from 'node:net'
import type { Refusal } from '../refusal.ts'
import { readProxyLine, type Ends, type ProxyProtocol } from './proxy-line.ts'

/**
 * Reads the header, and puts the bytes that follow it back into the socket. Resolves with both ends of the proxy's
 * connection, with `undefined` if the header has no addresses, or with a {@link Refusal} if it is malformed. Rejects if
 * the client disconnects first.
 */
export async function takeProxyLine(
  socket: Socket,
  mode: Exclude<ProxyProtocol, 'off'>,
): Promise<Ends | Refusal | undefined> {
  let bytes: Buffer = Buffer.alloc(0)
  for (;;) {
    bytes = Buffer.concat([bytes, await nextBytes(socket)])
    const found = readProxyLine(bytes, mode)
    if (found === 'more') continue
    if ('fault' in found) return { status: '400 Bad Request', reason: found.fault }
    if (bytes.length > found.length) socket.unshift(bytes.subarray(found.length))
    return found.ends
  }
}

/** Waits for bytes in paused mode, so that none are lost between two readers. */
function nextBytes(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const bytes = socket.read() as Buffer | null
      if (bytes !== null) done(() => resolve(bytes))
    }
    const left = (): void => done(() => reject(new Error('The client disconnected.')))
    const done = (settle: () => void): void => {
      socket.off('readable', look).off('end', left).off('close', left)
      settle()
    }
    socket.on('readable', look).on('end', left).on('close', left)
  })
}
