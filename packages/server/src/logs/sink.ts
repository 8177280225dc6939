/** Where lines of a log go: a file that is appended to, or one of the process's own outputs. */
import {
  closeSync,
  constants,
  openSync,
  readlinkSync,
  writeSync,
  write as writeLater,
} from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** Never waits: for a reader of a FIFO when it is opened, for room in a pipe when it is written to. */
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK

/** How much may wait to be written, in characters; what comes beyond it is lost, and that is told. */
const ROOM = 4 * 1024 * 1024
/** How long, in milliseconds, an output that takes nothing is left alone. */
const PAUSE = 50
/** How long, in milliseconds, `close` waits for an output that takes nothing. */
const PATIENCE = 500

/**
 * Writes whole lines and never a part of one, so that several processes can append to one file.
 * Nothing that happens to the file or to whoever reads the output is an error for the writer: it is
 * told once, to `onFault`, until writing works again.
 */
export class Sink {
  readonly #path: string | undefined
  readonly #onFault: (reason: string) => void
  /** One of the process's own outputs, which other processes may make blocking again. */
  readonly #shared: number | undefined
  #fd: number
  /** Files that were left for a new one, and may still be written to. */
  readonly #left: number[] = []
  #waiting = ''
  #isBusy = false
  #isTold = false
  #onRest: () => void = () => undefined

  private constructor(place: string | number, onFault: (reason: string) => void) {
    this.#path = typeof place === 'number' ? undefined : place
    this.#onFault = onFault
    this.#fd = typeof place === 'number' ? (reopened(place) ?? place) : openFile(place)
    this.#shared = this.#fd === place ? place : undefined
  }

  /**
   * Opens a file, by its path, or takes an output that is open already, by its number. Throws what
   * `openSync` throws.
   *
   * @param onFault told, once, why lines are lost
   */
  static open(place: string | number, onFault: (reason: string) => void): Sink {
    return new Sink(place, onFault)
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
    const bytes = Buffer.from(line)
    try {
      unblock(this.#shared)
      const written = writeSync(this.#fd, bytes)
      this.#isTold = false
      if (written < bytes.length) this.#begin(bytes.subarray(written))
    } catch (error) {
      if (isFull(error)) this.#begin(bytes)
      else this.#tell(reasonOf(error))
    }
  }

  /** Goes on in a new file of the same name, when the old one has been moved away. */
  reopen(): void {
    if (this.#path === undefined) return
    try {
      const fd = openFile(this.#path)
      this.#left.push(this.#fd)
      this.#fd = fd
    } catch (error) {
      this.#onFault(reasonOf(error))
    }
    if (!this.#isBusy) this.#closeLeft()
  }

  /** Kept when all is written, or cannot be. */
  async close(): Promise<void> {
    const enough = new AbortController()
    const patience = pause(PATIENCE, undefined, enough).catch(() => undefined)
    await Promise.race([this.#rest(), patience])
    enough.abort()
    if (this.#shared === undefined) this.#left.push(this.#fd)
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
    this.#isBusy = false
    if (text !== '') this.#begin(Buffer.from(text))
    else this.#onRest()
  }

  #begin(bytes: Buffer): void {
    this.#isBusy = true
    this.#send(this.#fd, bytes)
  }

  #send(fd: number, bytes: Buffer): void {
    unblock(this.#shared)
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

function openFile(path: string): number {
  return openSync(path, APPEND | constants.O_CREAT, 0o666)
}

/**
 * A pipe or a terminal of this process, opened again, so that it can be non-blocking for this process alone: a reader
 * that reads nothing must not stop the server. `undefined` for what cannot be opened again, such as a socket, and for
 * files, which never block.
 */
function reopened(fd: number): number | undefined {
  try {
    const path = `/proc/self/fd/${fd}`
    // Not fstatSync: after it has seen a FIFO, Node's realpathSync, and so the import of packages, may fail.
    return /^pipe:|^\/dev\/(pts|tty)/.test(readlinkSync(path)) ? openSync(path, APPEND) : undefined
  } catch {
    return undefined // no /proc, no reader, or not allowed
  }
}

/**
 * Makes an output that is shared with other processes non-blocking, as far as Node can. Each start of a child process
 * makes it blocking for all of them.
 */
function unblock(output: number | undefined): void {
  if (output === undefined) return
  const stream: object = output === 1 ? process.stdout : process.stderr
  const handle = Reflect.get(stream, '_handle') as
    | { setBlocking?: (isBlocking: boolean) => number }
    | undefined
  handle?.setBlocking?.(false)
}

/** An output whose reader does not read takes nothing for now. */
function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN'
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
