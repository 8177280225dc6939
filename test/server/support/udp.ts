/** A real UDP listener. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'

export interface Listener {
  readonly port: number
  /** Resolves with the received datagrams when there are this many. */
  count(wanted: number): Promise<string[]>
  /** Waits until the received datagrams satisfy a test. */
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
