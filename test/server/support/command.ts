/** The real command in a child process. */
import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { chosenArgs } from './chosen.ts'

/** The command's file. */
export const bin: string = fileURLToPath(
  new URL('../../../packages/server/bin/phial-server.js', import.meta.url),
)

/** A folder with applications to serve. */
export const apps: string = fileURLToPath(new URL('../apps', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A running process. */
export class Command {
  readonly #child: ChildProcess
  readonly ended: Promise<Ended>
  stdout = ''
  stderr = ''
  #isOver = false
  /** Callbacks that wait for more output. */
  #waiting: (() => void)[] = []

  constructor(child: ChildProcess) {
    this.#child = child
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
      this.#onText()
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
      this.#onText()
    })
    this.ended = new Promise((resolve) => {
      child.once('close', (code) => {
        this.#isOver = true
        resolve({ code, stdout: this.stdout, stderr: this.stderr })
        this.#onText()
      })
    })
  }

  #onText(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Waits until a text has appeared this many times on standard output or standard error. Resolves with its last match. */
  async says(text: string | RegExp, times = 1): Promise<readonly string[]> {
    const pattern = typeof text === 'string' ? escaped(text) : text.source
    const flags = typeof text === 'string' ? 'g' : `g${text.flags}`
    for (;;) {
      const said = this.stdout + this.stderr
      const found = [...said.matchAll(new RegExp(pattern, flags))]
      const last = found[times - 1]
      if (last) return last
      if (this.#isOver)
        throw new Error(`The process ended without the output ${String(text)}:\n${said}`)
      // oxlint-disable-next-line no-await-in-loop -- text comes piece after piece
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
      })
    }
  }

  /** Waits until the server listens. Resolves with its port. */
  async port(): Promise<number> {
    const [, port] = await this.says(/Listening at: http:\/\/127\.0\.0\.1:(\d+)/)
    return Number(port)
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  /** Closes the output of the process, like a reader that exits. */
  stopReading(): void {
    this.#child.stdout?.destroy()
    this.#child.stderr?.destroy()
  }

  /** Kills the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.ended
  }
}

export interface CommandOptions {
  readonly cwd?: string
  readonly env?: Record<string, string>
}

/** Starts `phial-server` with arguments, on the chosen transport. Its environment has only `env` and `PATH`. */
export function phialServer(
  args: readonly string[],
  { cwd = apps, env = {} }: CommandOptions = {},
): Command {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [bin, ...chosenArgs, ...args], {
    cwd,
    env: { PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return new Command(child)
}

/** Runs `phial-server` to its end. */
export function runToEnd(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return phialServer(args, options).ended
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
