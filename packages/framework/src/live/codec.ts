/**
 * WebSocket over the gateway. The package `ws` reads and writes frames on a stream that represents the connection.
 *
 *     wsgi.input ──► Wire ──► ws ──► messages
 *     body       ◄── Wire ◄── ws ◄── send, ping, close
 *
 * Loaded at the first handshake, because most apps do not use WebSockets.
 */
import type { IncomingMessage } from 'node:http'
import { Duplex } from 'node:stream'
import type { HeaderList, InputStream } from '@phial/core'
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws'

/** The time in milliseconds within which the peer must answer a close frame. */
const CLOSE_TIMEOUT = 5000

/** The options of a handshake that the app sets. */
export interface CodecOptions {
  /** The maximum size of a message in bytes; 0 disables the limit. A larger message closes the connection with 1009. */
  readonly maxPayload: number
  /** The supported subprotocols, preferred first. The first one that the client offers is selected. */
  readonly protocols: readonly string[]
}

/** The headers of a handshake, by lower-case name. */
export type Handshake = Readonly<Record<string, string | undefined>>

/** An accepted handshake. */
export interface Accepted {
  readonly codec: WebSocket
  readonly wire: Wire
  /** The headers of the 101 response. */
  readonly headers: HeaderList
}

/** Accepts a handshake, or returns the reason why it is invalid. RFC 6455 §4.2 */
export function acceptHandshake(
  fields: Handshake,
  input: InputStream,
  { maxPayload, protocols }: CodecOptions,
): Accepted | string {
  const options: ServerOptions & { closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    closeTimeout: CLOSE_TIMEOUT,
    maxPayload,
    handleProtocols: (offered) => protocols.find((one) => offered.has(one)) ?? false,
  }
  const server = new WebSocketServer(options)
  const wire = new Wire(input)
  const headers: HeaderList = []
  let codec: WebSocket | undefined
  let refusal = 'The connection is closed.'
  server.on('headers', (lines) => headers.push(...headersOf(lines)))
  server.on('wsClientError', ({ message }) => (refusal = message))
  const request = { method: 'GET', headers: fields } as unknown as IncomingMessage
  server.handleUpgrade(request, wire, Buffer.alloc(0), (accepted) => (codec = accepted))
  if (codec === undefined) return refusal
  wire.dropHead()
  return { codec, wire, headers }
}

/** Returns the headers that the application sends. The server writes the status line, `Connection` and `Upgrade`. */
function headersOf([, ...lines]: readonly string[]): HeaderList {
  return lines
    .map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()]
    })
    .filter(([name]) => !/^(?:connection|upgrade)$/i.test(name))
}

type Step = IteratorResult<Uint8Array, undefined>

const END: Step = { done: true, value: undefined }

/** Written bytes, and the callback of the write. */
interface Write {
  readonly bytes: Uint8Array
  readonly done: () => void
}

/**
 * A connection over the gateway as a Node stream. It reads from `wsgi.input`, and iterating over it yields the written
 * bytes, for the body.
 */
export class Wire extends Duplex implements AsyncIterator<Uint8Array, undefined> {
  readonly #input: AsyncIterator<Uint8Array>
  #isOpen = false
  #isReading = false
  /** The writes that have not been requested yet. */
  readonly #pending: Write[] = []
  /** The callback of the last returned write. It is called when the next chunk is requested. */
  #done: (() => void) | undefined
  /** Resolves the pending call of `next`. */
  #resolve: ((step: Step) => void) | undefined
  #hasEnded = false

  constructor(input: InputStream) {
    super({ emitClose: true })
    this.#input = input[Symbol.asyncIterator]()
  }

  /** Discards the response head that `ws` has written, because `startResponse` sends it. */
  dropHead(): void {
    this.#pending.shift()?.done()
  }

  /** Returns the next bytes of the body. The call signals that the previous bytes have been sent. */
  next(): Promise<Step> {
    if (!this.#isOpen) this.#open()
    const done = this.#done
    this.#done = undefined
    done?.()
    const next = this.#pending.shift()
    if (next !== undefined) return Promise.resolve(this.#stepOf(next))
    if (this.#hasEnded) return Promise.resolve(END)
    return new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  /** Begins to read. The 101 response has been sent, so the input now contains frames. */
  #open(): void {
    this.#isOpen = true
    if (this.#isReading) void this.#readChunk()
  }

  override _read(): void {
    if (this.#isReading) return
    this.#isReading = true
    if (this.#isOpen) void this.#readChunk()
  }

  async #readChunk(): Promise<void> {
    try {
      const step = await this.#input.next()
      this.#isReading = false
      this.push(step.done === true ? null : step.value)
    } catch (error) {
      this.destroy(error instanceof Error ? error : undefined)
    }
  }

  override _write(bytes: Uint8Array, _encoding: string, done: () => void): void {
    const write = { bytes, done }
    const resolve = this.#resolve
    this.#resolve = undefined
    if (resolve === undefined) this.#pending.push(write)
    else resolve(this.#stepOf(write))
  }

  /** Merges the head and the payload of a frame into a single chunk. */
  override _writev(chunks: { readonly chunk: Uint8Array }[], done: () => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), '', done)
  }

  #stepOf({ bytes, done }: Write): Step {
    this.#done = done
    return { done: false, value: bytes }
  }

  override _final(done: () => void): void {
    this.#endBody()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#endBody()
    this.#done?.()
    for (const write of this.#pending.splice(0)) write.done()
    done(error)
  }

  #endBody(): void {
    this.#hasEnded = true
    this.#resolve?.(END)
    this.#resolve = undefined
  }
}
