/**
 * From `MODULE:APP` to an application: the words are read, the module is found and imported
 * (load/module.ts), what was asked for is looked up in it, and called if it is a factory
 * (load/exported.ts). Each step has its own ways to fail, and says so in one line.
 *
 * @module @phial/server/load
 */
import type { Application, ApplicationLike } from '@phial/core'
import { loadError } from './errors.ts'
import {
  type AppTarget,
  callFactory,
  checkApplication,
  defaultApplication,
  lookUp,
} from './load/exported.ts'
import type { OnImport } from './load/import.ts'
import { loadModule } from './load/module.ts'
import { drawing } from './load/xray.ts'

export { drawing, loadXray, type Xray } from './load/xray.ts'
export { parseEnvFile } from './settings/env-file.ts'

/**
 * Loads an application; TypeScript runs as it is. Throws a `StartError` with exit code 4,
 * whatever the reason; its `cause` is the application's own error.
 *
 * ```ts
 * const app = await loadApplication('get_started:helloWorld', process.cwd())
 * ```
 *
 * @param spec `MODULE:APP`: a path without its ending or a package's name, and what it exports
 * @param folder from where `MODULE` is seen, absolute
 * @param onImport told of each file of the application's own, when it is imported
 */
export async function loadApplication(
  spec: string,
  folder: string,
  onImport?: OnImport,
): Promise<ApplicationLike> {
  const target = readTarget(spec)
  const module = await loadModule(target.module, folder, onImport)
  if (target.names.length === 0) return defaultApplication(module, target)
  const found = lookUp(module, target.names)
  return checkApplication(target.args ? await callFactory(found, target.args) : found, target)
}

/**
 * As {@link loadApplication}, with X-ray around the application.
 *
 * ```ts
 * const application = await loadDrawn('site:app', process.cwd())
 * ```
 */
export async function loadDrawn(
  spec: string,
  folder: string,
  onImport?: OnImport,
): Promise<Application> {
  const draw = await drawing(folder)
  return draw(await loadApplication(spec, folder, onImport))
}

/**
 * Reads `pkg/module:site.createApp("x")`. The colon after a drive letter is none of ours.
 *
 * ```ts
 * readTarget('site:createApp("x")') // { module: 'site', names: ['createApp'], args: ['x'] }
 * ```
 */
export function readTarget(spec: string): AppTarget {
  const [, module = '', app = ''] = /^((?:[A-Za-z]:[\\/])?[^:]*)(?::([^]*))?$/.exec(spec) ?? []
  if (module === '') throw loadError(`${spec} names no module; it is MODULE:APP`)
  if (app === '') return { module, names: [], args: undefined }
  const [, path = '', call] = /^([\p{ID_Continue}$.]+)(\([^]*\))?$/u.exec(app) ?? []
  const names = path.split('.')
  if (!names.every((name) => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name))) {
    throw loadError(`${app} is no name: after the colon stands app, site.app or createApp()`)
  }
  return { module, names, args: call === undefined ? undefined : readArguments(call, app) }
}

function readArguments(call: string, app: string): unknown[] {
  try {
    return JSON.parse(`[${call.slice(1, -1)}]`) as unknown[]
  } catch {
    throw loadError(`${app}: arguments are written as in JSON: createApp("production", 3)`)
  }
}
