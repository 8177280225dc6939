/** The command itself: the process, its streams, its signals. */
import { fileURLToPath } from 'node:url'
import { create } from './create.ts'

/** Ctrl-C between the steps, where nothing is half done. */
function stop(): void {
  if (process.listenerCount('SIGINT') > 1) return // an install is under way, and says how it ended
  process.stderr.write('create-phial: Stopped; nothing is half written\n')
  process.exit(130)
}
process.on('SIGINT', stop).on('SIGTERM', stop)

process.exitCode = await create(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  templates: fileURLToPath(new URL('templates', import.meta.url)),
  isTerminal: process.stdin.isTTY && process.stdout.isTTY,
  print: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
})
