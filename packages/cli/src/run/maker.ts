/** How `phial run` makes the app, in the process that serves it: with the variables of files, and debug as it was said. */
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

/** What `phial run` tells it. */
export interface Told {
  readonly isDebug: boolean
  /** Whether X-ray is around it. */
  readonly isDrawn: boolean
  /** Whether pages are refreshed when files change. */
  readonly isLive: boolean
  /** That of the address which is printed: pages for development ask for it. */
  readonly token: string | undefined
  readonly envFile: readonly string[]
}

/**
 * Makes the app. The module sees debug as `PHIAL_DEBUG`, and `config.DEBUG` is set once it is there:
 * the command line wins over the app. Templates are reloaded in any case, as code is.
 */
export const make: Maker['make'] = async ({ app, folder, told }, watch) => {
  const { isDebug, isDrawn, isLive, token, envFile } = told as Told
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

/** The folders whose files an app reads at each request. */
function foldersOf(app: ApplicationLike): string[] {
  if (!(app instanceof Phial)) return []
  return [
    ...app.templateFolders,
    ...[...app.staticFolders.values()].flatMap(({ path }) => path ?? []),
  ]
}

/** What is answered where that failed: the debug page about it. Without debug, the log alone says why. */
export const failed: Maker['failed'] = async (error, { folder, told }) => {
  const { isDebug, isLive, token } = told as Told
  if (!isDebug) return unavailable
  if (token !== undefined) requireDeveloperToken(token)
  const { errorApplication } = await import('phial/debug')
  const isOurs = error instanceof StartError && error.cause !== undefined
  const app = errorApplication(isOurs ? error.cause : error)
  return isLive ? liveReload(app, { files: new Set(sourcesIn(folder)), folders: [] }) : app
}

/** What an app that could not be loaded may have been made from. */
function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return /^(\.|node_modules$)/.test(entry.name) ? [] : sourcesIn(path)
    return /\.[cm]?[jt]sx?$|^\.(phial)?env$/.test(entry.name) ? [path] : []
  })
}

/** In debug, errors have a page, and a layer that breaks a rule of the gateway has one that says which. */
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
