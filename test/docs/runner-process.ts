/** The child process of `runner.ts`: imports the files that it receives, and reports the result of each. */
import { resolve } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'

let output = ''

function take(chunk: string | Uint8Array): boolean {
  output += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
  return true
}
process.stdout.write = take
process.stderr.write = take

/** An uncaught error counts as an error of the file that is running. */
let lost = false
process.on('uncaughtException', (error) => {
  lost = true
  output += `${inspect(error)}\n`
})

async function run(file: string): Promise<number> {
  const path = resolve(file)
  process.argv[1] = path
  try {
    // With another query each time, the module is loaded again.
    await import(`${pathToFileURL(path).href}?at=${performance.now()}`)
    await turn()
    return lost ? 1 : 0
  } catch (error) {
    output += `${inspect(error)}\n`
    return 1
  }
}

process.on('message', (file: string) => {
  void run(file).then((code) => {
    process.send?.({ output, code })
    output = ''
    lost = false
  })
})
process.on('disconnect', () => process.exit())
