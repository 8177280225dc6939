/** A connection without a network: bytes go straight to a transport, and what it answers is kept. */
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { turn } from '../../support/turn.ts'

/** The server's end. `deliver` and `lingeringClose` are what the client does. */
export class MemorySocket extends Duplex {
  /** All that was answered, as Latin-1. */
  answered = ''

  constructor() {
    super({ allowHalfOpen: true, decodeStrings: false })
  }

  /** As a transport takes it. It has all that a transport asks for. */
  get socket(): Socket {
    return this as unknown as Socket
  }

  deliver(bytes: Uint8Array): void {
    if (!this.readableEnded && !this.destroyed) this.push(bytes)
  }

  lingeringClose(): void {
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
    // what comes is pushed
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    this.answered += typeof chunk === 'string' ? chunk : chunk.toString('latin1')
    done()
  }
}

/** Lets a transport do all that it can do with what it has. */
export async function settled(connection: MemorySocket): Promise<void> {
  for (let quiet = 0, before = ''; quiet < 3; quiet++) {
    // oxlint-disable-next-line no-await-in-loop -- one turn after another
    await turn()
    if (connection.answered !== before) quiet = 0
    before = connection.answered
  }
}
