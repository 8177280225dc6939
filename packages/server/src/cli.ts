/**
 * The command `phial-server`: reads and checks the settings, then runs a master with workers (supervisor/) until a
 * signal stops it.
 */
import { readFileSync, statSync } from 'node:fs'
import { environmentOf } from './settings/env-file.ts'
import { resolve } from 'node:path'
import { StartError, exitCodes, type ExitCode } from './errors.ts'
import { readAddress } from './bind.ts'
import { checkLoaded } from './conformance/check.ts'
import { loadApplication } from './load.ts'
import { addToken, findXray } from './load/xray.ts'
import { reportRejections } from './runtime.ts'
import { readWithPlaces, workingFolder } from './settings/read.ts'
import { configText, helpText } from './settings/show.ts'
import type { Settings } from './settings/types.ts'
import { develop } from './supervisor/develop.ts'
import { supervise } from './supervisor/master.ts'
import { rereadSettings } from './supervisor/reread.ts'

/** Runs the command. Resolves with its exit code. */
export async function main(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<ExitCode> {
  try {
    const cwd = workingFolder(env)
    const read = await readWithPlaces(argv, env, cwd)
    const { settings } = read
    if (settings.help) return print(helpText())
    if (settings.version) return print(`phial-server ${version()}\n`)
    if (settings.printConfig) return print(configText(read))
    return await runServer(settings, argv, env, cwd)
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    process.stderr.write(
      `phial-server: ${error.message}\n${error.detail ? `\n${error.detail}\n` : ''}`,
    )
    return error.exitCode
  }
}

function print(text: string): ExitCode {
  process.stdout.write(text)
  return exitCodes.ok
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

async function runServer(
  settings: Settings,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<ExitCode> {
  const { app, folder } = check(settings)
  const { check: isCheck, checkConfig, reload } = settings
  if (isCheck || checkConfig || reload)
    Object.assign(process.env, environmentOf(settings, env, folder)) // the application runs in this process or a child
  if (isCheck) return checkRules(settings, app, folder)
  if (checkConfig) return loadApplication(app, folder).then(() => exitCodes.ok)
  if (settings.xray) addToken(env)
  if (reload) return develop(settings, app, folder)
  const reread = (): Promise<Settings> => rereadSettings(argv, env, cwd, settings)
  return supervise({ settings, reread, env, version: version() })
}

/** Runs `--check`. The application runs in this process. */
async function checkRules({ checkPath }: Settings, app: string, folder: string): Promise<ExitCode> {
  const loaded = await loadApplication(app, folder)
  const uncaught: unknown[] = []
  reportRejections()
  process.on('uncaughtException', (error) => uncaught.push(error))
  const isColoured = process.stdout.isTTY && !process.env['NO_COLOR']
  const report = await checkLoaded(loaded, { name: app, paths: checkPath, isColoured, uncaught })
  process.stdout.write(report.text)
  return report.isFaultless ? exitCodes.ok : 1
}

/** Validates the settings as far as possible before a process is started. */
function check({ app, chdir, bind, xray }: Settings): { app: string; folder: string } {
  if (app === undefined) {
    throw new StartError(
      exitCodes.configuration,
      'no application was named; use phial-server MODULE:APP, or see --help',
    )
  }
  const folder = resolve(chdir)
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new StartError(exitCodes.configuration, `--chdir ${chdir}: the folder does not exist`)
  }
  process.chdir(folder)
  bind.forEach(readAddress)
  if (xray) findXray(folder)
  return { app, folder }
}
