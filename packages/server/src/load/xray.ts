/** `--xray`: the package that draws requests, which whoever wants it installs beside the application. */
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

/** Of the package, what a server needs. */
export interface Xray {
  xray(app: ApplicationLike): Application & { close(): void }
}

/** The variable by which a process gets the token of the one that prints the address. */
const TOKEN = 'PHIAL_DEVELOPER_TOKEN'

/** Puts a token into an environment that has none, for all processes that inherit it. */
export function addToken(env: NodeJS.ProcessEnv): void {
  env[TOKEN] = requireDeveloperToken(env[TOKEN] || undefined)
}

/** The line that says where X-ray's pages are, for whoever sees the terminal. */
export function drawnAt(url: string, env: NodeJS.ProcessEnv): string {
  return `Each request is drawn at: ${url}/__xray__/?token=${env[TOKEN] ?? ''}`
}

/** What is drawn in this process. */
const drawn = new Set<{ close(): void }>()

/**
 * Imports `@phial/xray`, as seen from a folder. Rejects with a {@link StartError} where it is not
 * installed. It has to be there before the application, to see its layers.
 *
 * ```ts
 * const drawn = (await loadXray(process.cwd())).xray(app)
 * ```
 */
export async function loadXray(folder: string): Promise<Xray> {
  return (await import(pathToFileURL(findXray(folder)).href)) as Xray
}

/** Where the package is, beside the application. Throws a {@link StartError} where it is not. */
export function findXray(folder: string): string {
  try {
    return createRequire(join(folder, 'application')).resolve('@phial/xray')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND'))
      throw error
    throw new StartError(
      exitCodes.configuration,
      `X-ray is a package of its own, and not installed in ${folder}: npm install --save-dev @phial/xray`,
    )
  }
}

/**
 * What puts X-ray around an application, to be had before that is loaded. A server that stops lets go of its pages.
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
    drawn.add(application)
    return application
  }
}

/** Pages that wait for something new wait no longer: they must not hold the end of a process up. */
export function closePages(): void {
  for (const application of drawn) application.close()
}

/** Why X-ray cannot be had with these settings, if it cannot. */
export function xrayFault(workers: number, binds: readonly string[]): string | undefined {
  if (workers > 1)
    return `--xray keeps its pictures in one process, and there are to be ${workers} workers; say --workers 1, or leave --xray out`
  const open = binds.find((bind) => !isLocal(readAddress(bind).host ?? ''))
  return open === undefined
    ? undefined
    : `--xray is for this machine alone, and others may reach ${open}; say --bind 127.0.0.1:8000, or leave --xray out`
}

/** Whether only this machine can reach what listens there. */
function isLocal(host: string): boolean {
  return host.toLowerCase() === 'localhost' || isLoopback(host)
}
