/** Bytes to a server and back: no client that forgives, no client that helps. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A port on 127.0.0.1, the path of a unix socket, or a way to connect. */
export type Place = number | string | (() => Socket)

/** A connection that remembers, as Latin-1, all that came. */
export class RawConnection {
  readonly socket: Socket
  /** Kept when the connection is closed, however that came about. */
  readonly closed: Promise<void>
  received = ''
  /** The error that the connection ended with, such as `ECONNRESET`. */
  error: string | undefined
  #onData: () => void = () => undefined

  constructor(socket: Socket) {
    this.socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      this.received += text
      this.#onData()
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.error = error.code
    })
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        resolve()
        this.#onData()
      })
    })
  }

  send(bytes: string): void {
    this.socket.write(bytes, 'latin1')
  }

  /** Waits until what came satisfies a test; all that came, if the connection closes before. */
  async until(isThere: string | ((received: string) => boolean)): Promise<string> {
    const test = typeof isThere === 'string' ? (text: string) => text.includes(isThere) : isThere
    while (!test(this.received) && !this.socket.destroyed) {
      // oxlint-disable-next-line no-await-in-loop -- bytes come one after another
      await new Promise<void>((resolve) => {
        this.#onData = resolve
      })
    }
    return this.received
  }
}

function dial(place: Place): Socket {
  if (typeof place === 'function') return place()
  return typeof place === 'string' ? connect(place) : connect(place, '127.0.0.1')
}

/** Opens a connection. */
export async function open(place: Place): Promise<RawConnection> {
  const socket = dial(place)
  const connection = new RawConnection(socket)
  await once(socket, 'connect')
  return connection
}
