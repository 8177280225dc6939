/** A real listener for datagrams. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'

export interface Listener {
  readonly port: number
  /** The datagrams that came. */
  readonly received: string[]
  /** Waits until so many have come. */
  count(wanted: number): Promise<string[]>
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
  return {
    port: socket.address().port,
    received,
    count: (wanted) =>
      new Promise((resolve) => {
        onMessage = () => received.length >= wanted && resolve(received)
        onMessage()
      }),
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}
