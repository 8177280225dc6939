/** The destination of log lines: a file, or standard output or standard error of the process. */
import { closeSync, constants, fstatSync, openSync, writeSync, write as writeLater } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { isatty } from 'node:tty'

/** Opens without waiting for the reader of a FIFO, and writes without waiting for a full pipe. */
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK

/** The maximum number of characters that wait to be written. Lines beyond it are lost, which is reported. */
const ROOM = 4 * 1024 * 1024
/** The delay before writing to a full output again, in milliseconds. */
const PAUSE = 50
/** How long `close` waits for a full output, in milliseconds. */
const PATIENCE = 500

/**
 * Writes whole lines only, so that several processes can append to one file. A failure of the file or of the output's
 * reader is not an error for the caller. It is reported to `onFault`, once until writing succeeds again.
 */
export class Sink {
  readonly #path: string | undefined
  readonly #onFault: (reason: string) => void
  /** The descriptor of an output that is shared with other processes, which may make it blocking. */
  readonly #shared: number | undefined
  #fd: number
  /** Replaced files, which may still be written to. */
  readonly #left: number[] = []
  #waiting = ''
  #isBusy = false
  #isReported = false
  #onRest: () => void = () => undefined

  private constructor(place: string | number, onFault: (reason: string) => void) {
    this.#path = typeof place === 'number' ? undefined : place
    this.#onFault = onFault
    this.#fd = typeof place === 'number' ? (reopened(place) ?? place) : openFile(place)
    this.#shared = this.#fd === place ? place : undefined
  }

  /**
   * Opens a file by its path, or uses an open output by its descriptor. Throws the errors of `openSync`.
   *
   * @param onFault called once with the reason why lines are lost
   */
  static open(place: string | number, onFault: (reason: string) => void): Sink {
    return new Sink(place, onFault)
  }

  /** Writes a line that includes its line feed. Lines that arrive during a write are written together. */
  write(line: string): void {
    if (this.#waiting.length + line.length > ROOM) {
      return this.#report('lines arrive faster than they can be written')
    }
    this.#waiting += line
    if (!this.#isBusy) this.#next()
  }

  /** Writes a line synchronously, so that it is not lost if the process exits. */
  writeNow(line: string): void {
    if (this.#isBusy) return this.write(line) // after the earlier lines
    const bytes = Buffer.from(line)
    try {
      unblock(this.#shared)
      const written = writeSync(this.#fd, bytes)
      this.#isReported = false
      if (written < bytes.length) this.#begin(bytes.subarray(written))
    } catch (error) {
      if (isFull(error)) this.#begin(bytes)
      else this.#report(reasonOf(error))
    }
  }

  /** Opens a new file of the same name, after the old one has been moved. */
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

  /** Resolves when all lines are written, or cannot be written. */
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

  /** Writes all waiting lines. */
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
      if (error) this.#report(reasonOf(error))
      else this.#isReported = false
      this.#next()
    })
  }

  /** Closes replaced files. Must not be called during a write, because a closed descriptor may be reused immediately. */
  #closeLeft(): void {
    for (const fd of this.#left.splice(0)) closeSync(fd)
  }

  #report(reason: string): void {
    if (this.#isReported) return
    this.#isReported = true
    this.#onFault(reason)
  }
}

function openFile(path: string): number {
  return openSync(path, APPEND | constants.O_CREAT, 0o666)
}

/**
 * Reopens a pipe, a FIFO or a terminal of this process, so that it is non-blocking for this process only. A reader that
 * does not read must not block the server, nor its exit, which waits for writes in Node's thread pool. Returns
 * `undefined` for sockets, which cannot be reopened, and for files, which never block.
 */
function reopened(fd: number): number | undefined {
  try {
    // With `bigint`: after a plain fstatSync of a FIFO, Node's realpathSync, and so the import of packages, may fail.
    const isPipe = fstatSync(fd, { bigint: true }).isFIFO()
    return isPipe || isatty(fd) ? openSync(`/proc/self/fd/${fd}`, APPEND) : undefined
  } catch {
    return undefined // no /proc, no reader, or no permission
  }
}

/**
 * Makes a shared output non-blocking, as far as Node allows. Starting a child process makes it blocking again for all
 * processes.
 */
function unblock(output: number | undefined): void {
  if (output === undefined) return
  const stream: object = output === 1 ? process.stdout : process.stderr
  const handle = Reflect.get(stream, '_handle') as
    | { setBlocking?: (isBlocking: boolean) => number }
    | undefined
  handle?.setBlocking?.(false)
}

/** Whether a write failed because the output is full. */
function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN'
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
