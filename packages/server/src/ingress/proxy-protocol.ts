/** Takes the PROXY protocol's bytes off the front of a connection, however they come. */
import type { Socket } from 'node:net'
import type { Refusal } from '../refusal.ts'
import { readProxyLine, type Ends, type ProxyProtocol } from './proxy-line.ts'

/**
 * Reads just as far as is needed, and puts back what follows. The promise is kept with both ends of
 * the proxy's connection, with nothing where the proxy speaks for itself, or with a refusal; it is
 * broken when the client leaves before.
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

/** Waits for bytes by reading, never by flowing: none may get lost between two readers. */
function nextBytes(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const bytes = socket.read() as Buffer | null
      if (bytes !== null) done(() => resolve(bytes))
    }
    const left = (): void => done(() => reject(new Error('The client has left.')))
    const done = (settle: () => void): void => {
      socket.off('readable', look).off('end', left).off('close', left)
      settle()
    }
    socket.on('readable', look).on('end', left).on('close', left)
  })
}
