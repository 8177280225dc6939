/** `phial shell`: Node's REPL in an app context. */
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
 * Runs a shell on standard input until it ends, in one app context. `app`, `g` and `urlFor` are available, and the
 * names added with `app.shellContextProcessor`.
 */
export async function shell(_: object, program: Program): Promise<void> {
  const app = await program.loadApp()
  await app.appContext().run(async () => {
    const names = app.makeShellContext()
    if (process.stdin.isTTY) program.echo(greeting(program.appName, app, names))
    const server = process.stdin.isTTY ? onTerminal() : lineByLine(process.stdin)
    Object.assign(server.context, names)
    // Input events arrive outside of any context.
    Object.assign(server, { eval: AsyncResource.bind(server.eval.bind(server)) })
    await once(server, 'exit')
  })
}

function greeting(name: string, { config }: Phial, names: object): string {
  const debug = config.DEBUG ? ', debug' : ''
  return `${name}${debug}. Available: ${Object.keys(names).join(', ')}. Press Ctrl-D to exit.`
}

function onTerminal(): REPLServer {
  const server = start({ prompt: '> ', useGlobal: true })
  // A history that cannot be saved is not an error.
  server.setupHistory(join(homedir(), '.phial_history'), () => undefined)
  return server
}

/** A shell that reads from a file or a pipe, and awaits the result of each line before it reads the next one. */
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
