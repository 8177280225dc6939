/** A connection without a network: bytes are passed to a transport directly, and its output is recorded. */
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { turn } from '../../support/turn.ts'

/** The server's end of the connection. The client calls `deliver` and `endClient`. */
export class MemorySocket extends Duplex {
  /** All output of the server, as Latin-1. */
  answered = ''

  constructor() {
    super({ allowHalfOpen: true, decodeStrings: false })
  }

  /** The connection as a `Socket`. It has all properties that a transport uses. */
  get socket(): Socket {
    return this as unknown as Socket
  }

  deliver(bytes: Uint8Array): void {
    if (!this.readableEnded && !this.destroyed) this.push(bytes)
  }

  endClient(): void {
    if (!this.readableEnded && !this.destroyed) this.push(null)
  }

  /** Whether the server has closed its side. */
  get isClosed(): boolean {
    return this.writableEnded || this.destroyed
  }

  setNoDelay(): this {
    return this
  }

  setTimeout(): this {
    return this
  }

  destroySoon(): void {
    this.end()
  }

  override _read(): void {
    // bytes are pushed by `deliver`
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    this.answered += typeof chunk === 'string' ? chunk : chunk.toString('latin1')
    done()
  }
}

/** Waits until a transport has processed all received bytes. */
export async function settled(connection: MemorySocket): Promise<void> {
  for (let quiet = 0, before = ''; quiet < 3; quiet++) {
    // oxlint-disable-next-line no-await-in-loop -- one turn after another
    await turn()
    if (connection.answered !== before) quiet = 0
    before = connection.answered
  }
}
