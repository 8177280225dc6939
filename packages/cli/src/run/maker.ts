/** Creates the app in the process that serves it, with the variables of env files and the debug mode of `phial run`. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Application,
  type ApplicationLike,
  requireDeveloperToken,
  validator,
} from '@phial/core'
import { StartError } from '@phial/server'
import { drawing, loadApplication, parseEnvFile } from '@phial/server/load'
import type { Maker } from '@phial/server/reload'
import { Phial } from 'phial'
import { envFiles, withEnvFiles } from 'phial/tools'
import { liveReload } from './live.ts'

/** The settings that `phial run` passes to the serving process. */
export interface RunSettings {
  readonly isDebug: boolean
  /** Whether X-ray wraps the app. */
  readonly isDrawn: boolean
  /** Whether pages are refreshed when files change. */
  readonly isLive: boolean
  /** The token in the printed address. Debug pages and X-ray require it. */
  readonly token: string | undefined
  readonly envFile: readonly string[]
}

/**
 * Creates the app. While the module loads, debug mode is in `PHIAL_DEBUG`. Afterwards, `config.DEBUG` is set, so the
 * command line overrides the app. Templates are always reloaded, as code is.
 */
export const make: Maker['make'] = async ({ app, folder, told }, watch) => {
  const { isDebug, isDrawn, isLive, token, envFile } = told as RunSettings
  if (token !== undefined) requireDeveloperToken(token)
  for (const file of envFiles(folder, envFile)) watch(file)
  const { env } = withEnvFiles(process.env, folder, envFile, parseEnvFile)
  Object.assign(process.env, env, { PHIAL_DEBUG: String(isDebug) })
  const draw = isDrawn ? await drawing(folder) : undefined
  const files = new Set<string>()
  const made = await loadApplication(app, folder, (file) => {
    files.add(file)
    watch(file)
  })
  if (made instanceof Phial) {
    Object.assign(made.config, { DEBUG: isDebug, TEMPLATES_AUTO_RELOAD: true })
  }
  const shown = isDebug ? await withDebugPage(made) : made
  const drawn = draw?.(shown) ?? shown
  return isLive ? liveReload(drawn, { files, folders: foldersOf(made) }) : drawn
}

/** Returns the folders of templates and static files. */
function foldersOf(app: ApplicationLike): string[] {
  if (!(app instanceof Phial)) return []
  return [
    ...app.templateFolders,
    ...[...app.staticFolders.values()].flatMap(({ path }) => path ?? []),
  ]
}

/** Returns the application to serve if loading failed: the debug page, or a plain 500 if debug mode is off. */
export const failed: Maker['failed'] = async (error, { folder, told }) => {
  const { isDebug, isLive, token } = told as RunSettings
  if (!isDebug) return unavailable
  if (token !== undefined) requireDeveloperToken(token)
  const { errorApplication } = await import('phial/debug')
  const isOurs = error instanceof StartError && error.cause !== undefined
  const app = errorApplication(isOurs ? error.cause : error)
  return isLive ? liveReload(app, { files: new Set(sourcesIn(folder)), folders: [] }) : app
}

/** Returns the code files and env files in a folder, any of which may have caused the failure. */
function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return /^(\.|node_modules$)/.test(entry.name) ? [] : sourcesIn(path)
    return /\.[cm]?[jt]sx?$|^\.(phial)?env$/.test(entry.name) ? [path] : []
  })
}

/** Adds the debug page for errors, and the validator, whose errors name the broken gateway rule. */
async function withDebugPage(app: ApplicationLike): Promise<ApplicationLike> {
  const { debugged } = await import('phial/debug')
  if (!(app instanceof Phial)) return debugged(validator(app))
  app.wsgiApp = debugged(validator(app.wsgiApp))
  return app
}

const unavailable: Application = (_, startResponse) => {
  startResponse('500 Internal Server Error', [['Content-Type', 'text/plain']])
  return [new TextEncoder().encode('The application could not be loaded. The log says why.\n')]
}
