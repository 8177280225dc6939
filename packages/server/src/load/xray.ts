/** Support for `--xray`. The package `@phial/xray` is optional, and is installed in the application's project. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  isLoopback,
  requireDeveloperToken,
  type Application,
  type ApplicationLike,
} from '@phial/core'
import { readAddress } from '../bind.ts'
import { exitCodes, StartError } from '../errors.ts'

/** The part of the package that a server uses. */
export interface Xray {
  xray(app: ApplicationLike): Application & { close(): void }
}

/** The environment variable that passes the token to child processes. */
const TOKEN = 'PHIAL_DEVELOPER_TOKEN'

/** Adds a token to an environment that has none, for all processes that inherit it. */
export function addToken(env: NodeJS.ProcessEnv): void {
  env[TOKEN] = requireDeveloperToken(env[TOKEN] || undefined)
}

/** Returns the log line with the URL of X-ray's pages. */
export function xrayLine(url: string, env: NodeJS.ProcessEnv): string {
  return `X-ray shows each request at: ${url}/__xray__/?token=${env[TOKEN] ?? ''}`
}

/** The applications in this process that are wrapped in X-ray. */
const wrapped = new Set<{ close(): void }>()

/**
 * Imports `@phial/xray`, resolved from a folder. Rejects with a {@link StartError} if it is not installed. Must be called
 * before the application is loaded, so that X-ray can see its layers.
 *
 * ```ts
 * const drawn = (await loadXray(process.cwd())).xray(app)
 * ```
 */
export async function loadXray(folder: string): Promise<Xray> {
  return (await import(pathToFileURL(findXray(folder)).href)) as Xray
}

/** Returns the path of the package, resolved from a folder. Throws a {@link StartError} if it is not installed. */
export function findXray(folder: string): string {
  try {
    return createRequire(join(folder, 'application')).resolve('@phial/xray')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND'))
      throw error
    throw new StartError(
      exitCodes.configuration,
      `--xray requires the package @phial/xray, which is not installed in ${folder}; run npm install --save-dev @phial/xray`,
    )
  }
}

/**
 * Returns a function that wraps an application in X-ray. Must be called before the application is loaded. A server that
 * stops must call `closePages`.
 *
 * ```ts
 * const draw = await drawing(process.cwd())
 * const application = draw(await loadApplication('site:app', process.cwd()))
 * ```
 */
export async function drawing(folder: string): Promise<(app: ApplicationLike) => Application> {
  const module = await loadXray(folder)
  const token = process.env[TOKEN]
  if (token) requireDeveloperToken(token)
  return (app) => {
    const application = module.xray(app)
    wrapped.add(application)
    return application
  }
}

/** Ends the long-running requests of X-ray's pages, which would delay the exit of the process. */
export function closePages(): void {
  for (const application of wrapped) application.close()
}

/** Returns an error message if X-ray cannot be used with these settings. */
export function xrayFault(workers: number, binds: readonly string[]): string | undefined {
  if (workers > 1)
    return `--xray works with a single worker, but ${workers} are configured; use --workers 1, or omit --xray`
  const open = binds.find((bind) => !isLocal(readAddress(bind).host ?? ''))
  return open === undefined
    ? undefined
    : `--xray requires a loopback address, but other machines may reach ${open}; use --bind 127.0.0.1:8000, or omit --xray`
}

/** Whether only this machine can connect to a host. */
function isLocal(host: string): boolean {
  return host.toLowerCase() === 'localhost' || isLoopback(host)
}
