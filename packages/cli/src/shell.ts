/** `phial shell`: Node's own shell, in the context of the app. */
import { AsyncResource } from 'node:async_hooks'
import { once } from 'node:events'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { start, type REPLServer } from 'node:repl'
import { PassThrough, type Readable } from 'node:stream'
import type { Phial } from 'phial'
import type { Program } from 'phial/tools'

/**
 * Opens a shell on standard input, until its end. `app`, `g` and `urlFor` are available, and what
 * `app.shellContextProcessor` was given. It all runs in one app context.
 */
export async function shell(_: object, program: Program): Promise<void> {
  const app = await program.loadApp()
  await app.appContext().run(async () => {
    const names = app.makeShellContext()
    if (process.stdin.isTTY) program.echo(greeting(program.appName, app, names))
    const server = process.stdin.isTTY ? onTerminal() : lineByLine(process.stdin)
    Object.assign(server.context, names)
    // What is typed comes from outside of any context.
    Object.assign(server, { eval: AsyncResource.bind(server.eval.bind(server)) })
    await once(server, 'exit')
  })
}

function greeting(name: string, { config }: Phial, names: object): string {
  const debug = config.DEBUG ? ', debug' : ''
  return `${name}${debug}. At hand: ${Object.keys(names).join(', ')}. Ctrl-D leaves.`
}

function onTerminal(): REPLServer {
  const server = start({ prompt: '> ', useGlobal: true })
  // A history that cannot be saved is not an error.
  server.setupHistory(join(homedir(), '.phial_history'), () => undefined)
  return server
}

/** A shell whose lines come from a file or a pipe: each is waited for before the next one is read. */
function lineByLine(source: Readable): REPLServer {
  const lines = createInterface({ input: source })[Symbol.asyncIterator]()
  const input = new PassThrough()
  const server = start({ prompt: '', useGlobal: true, input, output: process.stdout })
  const next = async (): Promise<void> => {
    const { value, done = false } = await lines.next()
    if (done) input.end()
    else input.write(`${value}\n`)
  }
  // The shell is ready for a line when it shows its prompt.
  Object.assign(server, { displayPrompt: () => void next() })
  void next()
  return server
}
