/** One start of the application, from its fork to its end, as the process that listens sees it. */
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Held } from './held.ts'
import { Watched } from './watched.ts'

/** How long, in milliseconds, a child may finish what is under way. */
const GRACE = 1000
const program = new URL('./child.js', import.meta.url)
const plainMaker = new URL('./maker.js', import.meta.url)

/** What a child serves, and how; see `ReloadOptions`. */
export interface GenerationOptions {
  readonly app: string
  readonly folder: string
  readonly extraFiles?: readonly string[]
  readonly told?: unknown
  readonly accessLogformat?: string | undefined
  readonly maker?: URL
}

/** How a child is started: its one argument, as JSON. */
export type Start = Omit<GenerationOptions, 'maker' | 'extraFiles'> & { readonly maker: string }

/** To the child: a connection, with what was read of it, in base64; or to finish and end. */
export type ToChild =
  | { readonly kind: 'connection'; readonly head: string }
  | { readonly kind: 'retire' }

/** From the child: a file that it read, or that it serves now. */
export type FromChild =
  | { readonly kind: 'watch'; readonly file: string }
  | { readonly kind: 'ready'; readonly isBroken: boolean }

/** A child, and what it was made from. */
export class Generation {
  /** Kept when its process is gone, with how it ended: `with exit code 1`. */
  readonly ended: Promise<string>
  /** Whether it is, or was, ready to answer. */
  hasBegun = false
  /** Whether it was told to end. */
  isRetired = false
  readonly #child: ChildProcess
  readonly #watched: Watched
  #isBroken = false

  constructor(options: GenerationOptions, onReady: () => void) {
    const { app, folder, told, accessLogformat, maker = plainMaker } = options
    const start: Start = { app, folder, told, accessLogformat, maker: maker.href }
    this.#watched = new Watched(folder, options.extraFiles ?? [])
    this.#child = fork(fileURLToPath(program), [JSON.stringify(start)], { cwd: folder })
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(`which could not be started: ${error.message}`))
      this.#child.once('exit', (code, signal) =>
        resolve(signal === null ? `with exit code ${String(code)}` : `by ${signal}`),
      )
    })
    this.#child.on('message', (message: FromChild) => {
      if (message.kind === 'watch') return this.#watched.add(message.file)
      this.hasBegun = true
      this.#isBroken = message.isBroken
      onReady()
    })
  }

  /** Whether it can be given connections. */
  get takes(): boolean {
    return this.hasBegun && !this.isRetired
  }

  /** A file that changed since it was made. */
  changed(): string | undefined {
    const isWhole = this.hasBegun && !this.#isBroken
    return isWhole ? this.#watched.changed() : this.#watched.changedAnywhere()
  }

  take({ socket, head }: Held): void {
    const message: ToChild = { kind: 'connection', head: head.toString('base64') }
    this.#child.send(message, socket, (error) => error && socket.destroy())
  }

  /** Tells it to finish and end; it is ended if it does not, or has nothing to finish. */
  retire(force = false): void {
    this.isRetired = true
    const kill = (): void => void this.#child.kill('SIGKILL')
    if (force || !this.hasBegun) return kill()
    const message: ToChild = { kind: 'retire' }
    this.#child.send(message, (error) => error && kill())
    const timer = setTimeout(kill, GRACE)
    void this.ended.then(() => clearTimeout(timer))
  }
}
