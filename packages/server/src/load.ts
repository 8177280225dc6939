/**
 * Loads an application from `MODULE:APP`: parses the target, finds and imports the module (load/module.ts), looks up the
 * export, and calls it if it is a factory (load/exported.ts). Each step reports its errors in one line.
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
 * Loads an application, which may be written in TypeScript. Rejects with a `StartError` with exit code 4 if that fails.
 * Its `cause` is the error thrown by the application, if any.
 *
 * ```ts
 * const app = await loadApplication('get_started:helloWorld', process.cwd())
 * ```
 *
 * @param spec `MODULE:APP`: the path of a file without its extension or the name of a package, and the export
 * @param folder the absolute path that `MODULE` is relative to
 * @param onImport called with each imported file of the application itself
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
 * Loads an application like {@link loadApplication}, and wraps it in X-ray.
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
 * Parses a target such as `pkg/module:site.createApp("x")`. The colon after a drive letter is part of the path. Throws a
 * `StartError` if the target is malformed.
 *
 * ```ts
 * readTarget('site:createApp("x")') // { module: 'site', names: ['createApp'], args: ['x'] }
 * ```
 */
export function readTarget(spec: string): AppTarget {
  const [, module = '', app = ''] = /^((?:[A-Za-z]:[\\/])?[^:]*)(?::([^]*))?$/.exec(spec) ?? []
  if (module === '') throw loadError(`expected MODULE:APP, received ${spec}`)
  if (app === '') return { module, names: [], args: undefined }
  const [, path = '', call] = /^([\p{ID_Continue}$.]+)(\([^]*\))?$/u.exec(app) ?? []
  const names = path.split('.')
  if (!names.every((name) => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name))) {
    throw loadError(
      `expected a name such as app, site.app or createApp() after the colon, received ${app}`,
    )
  }
  return { module, names, args: call === undefined ? undefined : readArguments(call, app) }
}

function readArguments(call: string, app: string): unknown[] {
  try {
    return JSON.parse(`[${call.slice(1, -1)}]`) as unknown[]
  } catch {
    throw loadError(`${app}: arguments must be written as JSON: createApp("production", 3)`)
  }
}
