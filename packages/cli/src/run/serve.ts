/** `phial run`: the app, served for development. */
import { isIPv6 } from 'node:net'
import { resolve } from 'node:path'
import { isLoopback, requireDeveloperToken } from '@phial/core'
import { serve } from '@phial/server'
import { loadXray } from '@phial/server/load'
import { reload } from '@phial/server/reload'
import { CommandError, type Environment } from 'phial'
import { loading, type Program } from 'phial/tools'
import { freePort, USUAL_PORT } from './free-port.ts'
import { make, type Told } from './maker.ts'

/** A line for each answer, as Flask's has it. */
const accessLogformat = '%(h)s - - %(t)s "%(r)s" %(s)s %(b)s'

/** What can be said after `phial run`. */
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

/** Serves until a signal comes. Throws `CommandError` if it cannot listen or, without reload, cannot load the app. */
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
    program.echo(`Port ${USUAL_PORT} is taken, so this is ${port}.`)
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
  if (isDrawn) program.echo(`Each request is drawn at ${address}/__xray__/${query}`)
  await untilStopped(server, (line) => program.output.stderr(`${line}\n`))
}

/** X-ray has to be installed, and is for this machine alone. */
async function readyToDraw(host: string, folder: string): Promise<void> {
  if (host !== 'localhost' && !isLoopback(host))
    throw new CommandError(
      `--xray is for this machine alone, and others may reach ${host}: say --host 127.0.0.1, or leave --xray out.`,
    )
  await loading(() => loadXray(folder))
}

/** What is asked for, else what is not, else what is usual. */
function decide(yes: boolean, no: boolean, usual: boolean): boolean {
  return no ? false : yes || usual
}

/** This is for development, so errors are shown, unless the environment says otherwise. */
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
    told: { isDebug, isDrawn, isLive, token, envFile } satisfies Told,
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
  const told: Told = { isDebug, isDrawn, isLive: false, token, envFile }
  const made = await loading(() => make({ app, folder, told }, () => undefined))
  const bind = `${isIPv6(host) ? `[${host}]` : host}:${port}`
  const server = await loading(() =>
    serve(made, { bind, accessLogformat, accessLog: output.stdout, errorLog: output.stderr }),
  )
  const actual = Number(/:(\d+)$/.exec(server.addresses[0] ?? '')?.[1] ?? port)
  return { port: actual, close: (force) => server.close(force) }
}

/**
 * Waits for Ctrl-C or TERM, and closes: what is under way is finished. A second signal cuts it, and ends
 * the program with 130.
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
  say('Stopping: finishing what is under way. A second Ctrl-C cuts it.')
  await server.close()
  if (isHurried) process.exit(130)
}
