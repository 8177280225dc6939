/**
 * WebSocket over a gateway: the package `ws` reads and writes frames on a stream that stands for the connection.
 *
 *     wsgi.input ──► Wire ──► ws ──► messages
 *     body       ◄── Wire ◄── ws ◄── send, ping, close
 *
 * Loaded with the first handshake, because most apps have no WebSocket.
 */
import type { IncomingMessage } from 'node:http'
import { Duplex } from 'node:stream'
import type { HeaderList, InputStream } from '@phial/core'
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws'

/** How long, in milliseconds, the other side may take to answer a close frame. */
const CLOSE_TIMEOUT = 5000

/** What of a handshake is decided by the app. */
export interface CodecOptions {
  /** The largest message that is read, in bytes; 0 is no limit. A larger one closes the connection with 1009. */
  readonly maxPayload: number
  /** The sub-protocols that the app speaks. The first of the client's that is among them is agreed on. */
  readonly protocols: readonly string[]
}

/** The fields of a handshake, by their names in lower case. */
export type Handshake = Readonly<Record<string, string | undefined>>

/** A handshake that was accepted. */
export interface Accepted {
  readonly codec: WebSocket
  readonly wire: Wire
  /** The headers of the 101. */
  readonly headers: HeaderList
}

/** Returns an accepted handshake, or in words what is wrong with it. RFC 6455 §4.2 */
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
  const asked = { method: 'GET', headers: fields } as unknown as IncomingMessage
  server.handleUpgrade(asked, wire, Buffer.alloc(0), (accepted) => (codec = accepted))
  if (codec === undefined) return refusal
  wire.dropHead()
  return { codec, wire, headers }
}

/** The headers that are the application's: the server writes the status line, `Connection` and `Upgrade`. */
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

/** A connection over a gateway, as a stream of Node's: what it reads is `wsgi.input`, what is written to it is the body. */
export class Wire extends Duplex implements AsyncIterator<Uint8Array, undefined> {
  readonly #input: AsyncIterator<Uint8Array>
  #isOpen = false
  #isReading = false
  /** What was written and not yet asked for, and who hears that it was. */
  readonly #written: { readonly bytes: Uint8Array; readonly taken: () => void }[] = []
  /** Who hears, when the next chunk is asked for, that the one before has left. */
  #taken: (() => void) | undefined
  #asked: ((step: Step) => void) | undefined
  #hasEnded = false

  constructor(input: InputStream) {
    super({ emitClose: true })
    this.#input = input[Symbol.asyncIterator]()
  }

  /** Drops the head of the answer that `ws` has written: it leaves by `startResponse`. */
  dropHead(): void {
    this.#written.shift()?.taken()
  }

  /** The next bytes of the body. Asking for them says that there is room again. */
  next(): Promise<Step> {
    if (!this.#isOpen) this.#open()
    const taken = this.#taken
    this.#taken = undefined
    taken?.()
    const next = this.#written.shift()
    if (next !== undefined) return Promise.resolve(this.#handOver(next))
    if (this.#hasEnded) return Promise.resolve(END)
    return new Promise((resolve) => {
      this.#asked = resolve
    })
  }

  /** The 101 has been announced: from now on there is something to read. */
  #open(): void {
    this.#isOpen = true
    if (this.#isReading) void this.#readOn()
  }

  override _read(): void {
    if (this.#isReading) return
    this.#isReading = true
    if (this.#isOpen) void this.#readOn()
  }

  async #readOn(): Promise<void> {
    try {
      const step = await this.#input.next()
      this.#isReading = false
      this.push(step.done === true ? null : step.value)
    } catch (error) {
      this.destroy(error instanceof Error ? error : undefined)
    }
  }

  override _write(bytes: Uint8Array, _encoding: string, taken: () => void): void {
    const next = { bytes, taken }
    const asked = this.#asked
    this.#asked = undefined
    if (asked === undefined) this.#written.push(next)
    else asked(this.#handOver(next))
  }

  /** A frame's head and its payload leave together. */
  override _writev(chunks: { readonly chunk: Uint8Array }[], taken: () => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), '', taken)
  }

  #handOver({ bytes, taken }: { bytes: Uint8Array; taken: () => void }): Step {
    this.#taken = taken
    return { done: false, value: bytes }
  }

  override _final(done: () => void): void {
    this.#endBody()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#endBody()
    this.#taken?.()
    for (const { taken } of this.#written.splice(0)) taken()
    done(error)
  }

  #endBody(): void {
    this.#hasEnded = true
    this.#asked?.(END)
    this.#asked = undefined
  }
}
