/** A real listener for datagrams. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'

export interface Listener {
  readonly port: number
  /** Waits until so many datagrams have come, and gives them. */
  count(wanted: number): Promise<string[]>
  /** Waits until what has come satisfies a test. */
  until(isThere: (received: readonly string[]) => boolean): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Listens on a free UDP port of 127.0.0.1. */
export async function udpListener(): Promise<Listener> {
  const socket = createSocket('udp4')
  const received: string[] = []
  let onMessage = (): void => undefined
  socket.on('message', (message) => {
    received.push(message.toString())
    onMessage()
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const until = (isThere: (received: readonly string[]) => boolean): Promise<void> =>
    new Promise((resolve) => {
      onMessage = () => isThere(received) && resolve()
      onMessage()
    })
  return {
    port: socket.address().port,
    until,
    count: async (wanted) => {
      await until(() => received.length >= wanted)
      return received
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}
