/** A run of the application, from fork to exit, as seen by the parent. */
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Held } from './connections.ts'
import { Watched } from './watched.ts'

/** How long a child may take to finish in-flight requests, in milliseconds. */
const GRACE = 1000
const program = new URL('./child.js', import.meta.url)
const plainMaker = new URL('./maker.js', import.meta.url)

/** The options of a child; see `ReloadOptions`. */
export interface GenerationOptions {
  readonly app: string
  readonly folder: string
  readonly extraFiles?: readonly string[]
  readonly told?: unknown
  readonly accessLogformat?: string | undefined
  readonly maker?: URL
}

/** The only argument of a child, as JSON. */
export type Start = Omit<GenerationOptions, 'maker' | 'extraFiles'> & { readonly maker: string }

/** A message to the child: a connection with its first bytes in base64, or a request to finish and exit. */
export type ToChild =
  | { readonly kind: 'connection'; readonly head: string }
  | { readonly kind: 'retire' }

/** A message from the child: a file that it read, or that it is ready. */
export type FromChild =
  | { readonly kind: 'watch'; readonly file: string }
  | { readonly kind: 'ready'; readonly isBroken: boolean }

/** A child, and the files that it was loaded from. */
export class Generation {
  /** Resolves when the process has exited, with a description such as `with exit code 1`. */
  readonly ended: Promise<string>
  /** Whether it has become ready to answer. */
  hasBegun = false
  /** Whether it was asked to exit. */
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

  /** Whether it accepts connections. */
  get takes(): boolean {
    return this.hasBegun && !this.isRetired
  }

  /** Returns a file that has changed since it was loaded. */
  changed(): string | undefined {
    const isWhole = this.hasBegun && !this.#isBroken
    return isWhole ? this.#watched.changed() : this.#watched.changedAnywhere()
  }

  take({ socket, head }: Held): void {
    const message: ToChild = { kind: 'connection', head: head.toString('base64') }
    this.#child.send(message, socket, (error) => error && socket.destroy())
  }

  /** Asks the child to finish its in-flight requests and exit, and kills it after {@link GRACE}. Kills it immediately if `force` is set or it is not ready yet. */
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
