/**
 * The process `phial`: passes its command line to `@phial/cli` if that is installed. Otherwise, as in production, it runs
 * only the app's own commands. Neither `@phial/cli` nor `@phial/server` is a dependency of this package.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CommandError } from '../commands/context.ts'
import { phial } from './phial.ts'
import type { Loader, ProgramOptions } from './program.ts'

type Streams = Omit<ProgramOptions, 'loader'>

/** The exports of `@phial/cli`. */
interface Cli {
  readonly runCommand: (argv: readonly string[], options: Streams) => Promise<number>
}

const write = (to: NodeJS.WriteStream) => (text: string) => void to.write(text)
// The process that reads the output may close the pipe.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)

const options: Streams = {
  folder: process.cwd(),
  env: process.env,
  output: { stdout: write(process.stdout), stderr: write(process.stderr) },
}
const argv = process.argv.slice(2)
const cli = await installed<Cli>('@phial/cli')
const exitCode = await (cli === undefined
  ? phial(argv, { ...options, loader: await findLoader() })
  : cli.runCommand(argv, options))
// Timers and connections of the app would keep the process alive, so setting the exit code is not enough.
process.stdout.write('', () => process.exit(exitCode))

async function findLoader(): Promise<Loader> {
  const missing: Loader = {
    loadApplication() {
      throw new CommandError(
        'Cannot load the app, because the package @phial/server is not installed. Install it: npm install @phial/server',
      )
    },
    parseEnvFile: () => ({}),
  }
  return (await installed<Loader>('@phial/server/load')) ?? missing
}

/** Returns the exports of a package that is installed for the app in the current folder, or next to this package; otherwise `undefined`. */
async function installed<Module>(name: string): Promise<Module | undefined> {
  const file = [join(process.cwd(), 'package.json'), import.meta.url]
    .map((from) => resolved(name, from))
    .find((found) => found !== undefined)
  return file === undefined ? undefined : ((await import(pathToFileURL(file).href)) as Module)
}

function resolved(name: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}
