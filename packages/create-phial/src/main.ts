/** The process of the command: its streams and signals. */
import { fileURLToPath } from 'node:url'
import { create } from './create.ts'

/** Handles Ctrl-C between the steps, when no file is partially written. */
function stop(): void {
  if (process.listenerCount('SIGINT') > 1) return // an installation is in progress and reports how it ended
  process.stderr.write('create-phial: Stopped. No files are incomplete.\n')
  process.exit(130)
}
process.on('SIGINT', stop).on('SIGTERM', stop)

process.exitCode = await create(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  templates: fileURLToPath(new URL('templates', import.meta.url)),
  isTerminal: process.stdin.isTTY && process.stdout.isTTY,
  print: (text) => process.stdout.write(text),
  printError: (text) => process.stderr.write(text),
})
