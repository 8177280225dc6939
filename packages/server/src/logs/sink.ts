/** Where lines of a log go: a file that is appended to, or one of the process's own outputs. */
import { closeSync, openSync, writeSync, write as writeLater } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** How much may wait to be written, in characters; what comes beyond it is lost, and that is told. */
const ROOM = 4 * 1024 * 1024
/** How long, in milliseconds, an output that takes nothing is left alone. */
const PAUSE = 50
/** How long, in milliseconds, `close` waits for an output that takes nothing. */
const PATIENCE = 1000

/**
 * Writes whole lines and never a part of one, so that several processes can append to one file.
 * Nothing that happens to the file or to whoever reads the output is an error for the writer: it is
 * told once, to `onFault`, until writing works again.
 */
export class Sink {
  readonly #path: string | undefined
  readonly #onFault: (reason: string) => void
  #fd: number
  /** Files that were left for a new one, and may still be written to. */
  readonly #left: number[] = []
  #waiting = ''
  #isBusy = false
  #isTold = false
  #onRest: () => void = () => undefined

  private constructor(fd: number, path: string | undefined, onFault: (reason: string) => void) {
    this.#fd = fd
    this.#path = path
    this.#onFault = onFault
  }

  /**
   * Opens a file, by its path, or takes an output that is open already, by its number. Throws what
   * `openSync` throws.
   *
   * @param onFault told, once, why lines are lost
   */
  static open(place: string | number, onFault: (reason: string) => void): Sink {
    return typeof place === 'number'
      ? new Sink(place, undefined, onFault)
      : new Sink(openSync(place, 'a'), place, onFault)
  }

  /** Writes a line, with its line feed, soon: lines that come while another is being written leave together. */
  write(line: string): void {
    if (this.#waiting.length + line.length > ROOM) {
      return this.#tell('lines come faster than they can be written')
    }
    this.#waiting += line
    if (!this.#isBusy) this.#next()
  }

  /** Writes a line at once, so that it is there whatever happens to this process then. */
  writeNow(line: string): void {
    if (this.#isBusy) return this.write(line) // after those that came before
    try {
      writeSync(this.#fd, line)
      this.#isTold = false
    } catch (error) {
      if (isFull(error)) this.write(line)
      else this.#tell(reasonOf(error))
    }
  }

  /** Goes on in a new file of the same name, when the old one has been moved away. */
  reopen(): void {
    if (this.#path === undefined) return
    try {
      const fd = openSync(this.#path, 'a')
      this.#left.push(this.#fd)
      this.#fd = fd
    } catch (error) {
      this.#onFault(reasonOf(error))
    }
    if (!this.#isBusy) this.#closeLeft()
  }

  /** Kept when all is written, or cannot be. */
  async close(): Promise<void> {
    await Promise.race([this.#rest(), pause(PATIENCE, undefined, { ref: false })])
    if (this.#path !== undefined) this.#left.push(this.#fd)
    this.#closeLeft()
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => {
      this.#onRest = resolve
      if (!this.#isBusy) resolve()
    })
  }

  /** Writes all that waits. */
  #next(): void {
    const text = this.#waiting
    this.#waiting = ''
    this.#closeLeft()
    this.#isBusy = text !== ''
    if (this.#isBusy) this.#send(this.#fd, Buffer.from(text))
    else this.#onRest()
  }

  #send(fd: number, bytes: Buffer): void {
    writeLater(fd, bytes, (error, written) => {
      if (isFull(error)) return void setTimeout(() => this.#send(fd, bytes), PAUSE).unref()
      if (!error && written < bytes.length) return this.#send(fd, bytes.subarray(written))
      if (error) this.#tell(reasonOf(error))
      else this.#isTold = false
      this.#next()
    })
  }

  /** Only where nothing is being written: a number that is closed may be another file's the moment after. */
  #closeLeft(): void {
    for (const fd of this.#left.splice(0)) closeSync(fd)
  }

  #tell(reason: string): void {
    if (this.#isTold) return
    this.#isTold = true
    this.#onFault(reason)
  }
}

/** An output whose reader does not read takes nothing for now. */
function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN'
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
