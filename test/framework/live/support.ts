/** Real clients for long-lived connections: the package `ws` for WebSockets, `fetch` for event streams. */
import { once } from 'node:events'
import { type ServeOptions, serve } from '@phial/server'
import type { Phial } from 'phial'
import { type ClientOptions, WebSocket } from 'ws'

/** An app that is served on a free port until the end of the block. */
export interface Live {
  readonly origin: string
  /** Stops the server gracefully. */
  close(): Promise<void>
  /** Opens a WebSocket. */
  open(path: string, options?: ClientOptions & { protocols?: string[] }): Promise<Talk>
  [Symbol.asyncDispose](): Promise<void>
}

export async function serving(app: Phial, options: ServeOptions = {}): Promise<Live> {
  const service = await serve(app, { bind: '127.0.0.1:0', ...options })
  const origin = (service.addresses[0] ?? '').replace(/\/$/, '')
  const close = (): Promise<void> => service.close()
  const open = async (
    path: string,
    { protocols = [], ...more }: ClientOptions & { protocols?: string[] } = {},
  ): Promise<Talk> => {
    const talk = new Talk(new WebSocket(origin.replace('http', 'ws') + path, protocols, more))
    await talk.opened
    return talk
  }
  return { origin, close, open, [Symbol.asyncDispose]: close }
}

/** A WebSocket client that buffers the messages it receives. */
export class Talk {
  readonly socket: WebSocket
  readonly opened: Promise<unknown>
  readonly closed: Promise<{ code: number; reason: string }>
  readonly #received: string[] = []
  #wake: (() => void) | undefined

  constructor(socket: WebSocket) {
    this.socket = socket
    this.opened = once(socket, 'open')
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }))
    })
    socket.on('message', (data: Buffer, isBinary) => {
      this.#received.push(isBinary ? `bytes ${data.toString('hex')}` : data.toString())
      this.#wake?.()
    })
    socket.on('error', () => undefined)
  }

  send(message: string | Uint8Array): void {
    this.socket.send(message)
  }

  /** Resolves to the next message. */
  async receive(): Promise<string> {
    while (this.#received.length === 0) {
      // oxlint-disable-next-line no-await-in-loop -- messages come one after another
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return this.#received.shift() ?? ''
  }
}

/** Reads an event stream, block by block. */
export class Reading {
  readonly response: Response
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  #text = ''

  constructor(response: Response) {
    this.response = response
    if (response.body === null) throw new Error('The response does not have a body')
    this.#reader = response.body.getReader()
  }

  /** Resolves to the next event or comment; to `undefined` at the end. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n')
      if (end >= 0) {
        const block = this.#text.slice(0, end)
        this.#text = this.#text.slice(end + 2)
        return block
      }
      // oxlint-disable-next-line no-await-in-loop -- bytes come one after another
      const step = await this.#reader.read()
      if (step.done) return undefined
      this.#text += new TextDecoder().decode(step.value)
    }
  }

  leave(): Promise<void> {
    return this.#reader.cancel()
  }
}

export async function reading(url: string, headers: Record<string, string> = {}): Promise<Reading> {
  return new Reading(await fetch(url, { headers }))
}
