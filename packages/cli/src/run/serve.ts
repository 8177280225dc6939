/** `phial run`: serves an app for development. */
import { isIPv6 } from 'node:net'
import { resolve } from 'node:path'
import { isLoopback, requireDeveloperToken } from '@phial/core'
import { serve } from '@phial/server'
import { loadXray } from '@phial/server/load'
import { reload } from '@phial/server/reload'
import { CommandError, type Environment } from 'phial'
import { loading, type Program } from 'phial/tools'
import { freePort, USUAL_PORT } from './free-port.ts'
import { make, type RunSettings } from './maker.ts'

/** The access log format of Flask's development server. */
const accessLogformat = '%(h)s - - %(t)s "%(r)s" %(s)s %(b)s'

/** The options of `phial run`. */
export interface RunValues {
  readonly host: string | undefined
  readonly port: string | undefined
  readonly debug: boolean
  readonly noDebug: boolean
  readonly reload: boolean
  readonly noReload: boolean
  readonly xray: boolean
  readonly noLive: boolean
  readonly extraFiles: readonly string[]
}

/** Serves until a signal arrives. Throws `CommandError` if listening fails or, without reload, if the app cannot be loaded. */
export async function run(values: RunValues, program: Program): Promise<void> {
  const { env, appName } = program
  const isDrawn = values.xray
  const isDebug = decide(values.debug, values.noDebug, debugOf(env))
  const isReloading = decide(values.reload, values.noReload, isDebug)
  const host = values.host ?? env['PHIAL_RUN_HOST'] ?? '127.0.0.1'
  const asked = values.port ?? env['PHIAL_RUN_PORT']
  if (isDrawn) await readyToDraw(host, program.folder)
  const port = await freePort(host, asked)
  if (asked === undefined && port !== USUAL_PORT) {
    program.echo(`Port ${USUAL_PORT} is in use. Using port ${port}.`)
  }
  const token = isDebug || isDrawn ? requireDeveloperToken() : undefined
  const start = isReloading ? withReload : inThisProcess
  const server = await start(program, {
    host,
    port,
    isDebug,
    isDrawn,
    isLive: isDebug && isReloading && !values.noLive,
    token,
    extraFiles: values.extraFiles,
  })
  program.echo(`Serving ${appName} (debug: ${onOff(isDebug)}, reload: ${onOff(isReloading)})`)
  const address = `http://${isIPv6(host) ? `[${host}]` : host}:${server.port}`
  program.echo(`Running on ${address} (Ctrl-C stops it)`)
  const query = `?token=${token ?? ''}`
  if (isDebug) program.echo(`For debug pages, open ${address}/${query}`)
  if (isDrawn) program.echo(`X-ray shows each request at ${address}/__xray__/${query}`)
  await untilStopped(server, (line) => program.output.stderr(`${line}\n`))
}

/** Checks that X-ray is installed, and that only this machine can reach it. */
async function readyToDraw(host: string, folder: string): Promise<void> {
  if (host !== 'localhost' && !isLoopback(host))
    throw new CommandError(
      `--xray is only available on this machine, but other machines can reach ${host}. Pass --host 127.0.0.1, or omit --xray.`,
    )
  await loading(() => loadXray(folder))
}

/** Resolves a pair of options such as `--debug` and `--no-debug`. The negative one wins. */
function decide(yes: boolean, no: boolean, usual: boolean): boolean {
  return no ? false : yes || usual
}

/** Returns the default for debug mode: on, unless `PHIAL_DEBUG` turns it off. */
function debugOf(env: Environment): boolean {
  return !/^(0|false|no|off)$/i.test(env['PHIAL_DEBUG'] ?? '')
}

function onOff(is: boolean): string {
  return is ? 'on' : 'off'
}

interface Settings {
  readonly host: string
  readonly port: number
  readonly isDebug: boolean
  readonly isDrawn: boolean
  readonly isLive: boolean
  readonly token: string | undefined
  readonly extraFiles: readonly string[]
}

interface Started {
  readonly port: number
  close(force?: boolean): Promise<void>
}

async function withReload(program: Program, settings: Settings): Promise<Started> {
  const { folder, appName: app, output, envFile } = program
  const { host, port, isDebug, isDrawn, isLive, token } = settings
  const server = await reload({
    app,
    folder,
    listen: [{ host, port }],
    extraFiles: settings.extraFiles.map((file) => resolve(folder, file)),
    maker: new URL('./maker.js', import.meta.url),
    told: { isDebug, isDrawn, isLive, token, envFile } satisfies RunSettings,
    accessLogformat,
    log: (line) => output.stderr(`${line}\n`),
  })
  const [address] = server.addresses
  const actual = typeof address === 'object' ? address?.port : undefined
  return { port: actual ?? port, close: (force) => server.close(force) }
}

async function inThisProcess(program: Program, settings: Settings): Promise<Started> {
  const { folder, appName: app, output, envFile } = program
  const { host, port, isDebug, isDrawn, token } = settings
  const told: RunSettings = { isDebug, isDrawn, isLive: false, token, envFile }
  const made = await loading(() => make({ app, folder, told }, () => undefined))
  const bind = `${isIPv6(host) ? `[${host}]` : host}:${port}`
  const server = await loading(() =>
    serve(made, { bind, accessLogformat, accessLog: output.stdout, errorLog: output.stderr }),
  )
  const actual = Number(/:(\d+)$/.exec(server.addresses[0] ?? '')?.[1] ?? port)
  return { port: actual, close: (force) => server.close(force) }
}

/**
 * Waits for SIGINT (Ctrl-C) or SIGTERM, then finishes the requests in progress and closes. A second signal aborts
 * them, and the exit code is 130.
 */
async function untilStopped(
  server: { close(force?: boolean): Promise<void> },
  say: (line: string) => void,
): Promise<void> {
  await new Promise<void>((stop) => {
    process.once('SIGINT', () => stop())
    process.once('SIGTERM', () => stop())
  })
  let isHurried = false
  const hurry = (): void => {
    isHurried = true
    void server.close(true)
  }
  process.once('SIGINT', hurry)
  process.once('SIGTERM', hurry)
  say('Stopping: finishing requests in progress. Press Ctrl-C again to stop now.')
  await server.close()
  if (isHurried) process.exit(130)
}
