/** How `phial run` makes the app, in the process that serves it: with the variables of files, and debug as it was said. */
import type { ApplicationLike } from '@phial/core'
import { loadApplication } from '@phial/server/load'
import type { Maker } from '@phial/server/reload'
import { Phial } from '../../app.ts'
import { envFiles, withEnvFiles } from './env-files.ts'

/** What `phial run` tells it. */
export interface Told {
  readonly isDebug: boolean
  readonly envFile: readonly string[]
}

/**
 * Makes the app. The module sees debug as `PHIAL_DEBUG`, and `config.DEBUG` is set once it is there:
 * whoever started the program has said what they want. Templates are read anew in any case, as code is.
 */
export const make: Maker['make'] = async ({ app, folder, told }, watch) => {
  const { isDebug, envFile } = told as Told
  for (const file of envFiles(folder, envFile)) watch(file)
  Object.assign(process.env, withEnvFiles(process.env, folder, envFile), {
    PHIAL_DEBUG: String(isDebug),
  })
  return withDebug(await loadApplication(app, folder, watch), isDebug)
}

function withDebug(app: ApplicationLike, isDebug: boolean): ApplicationLike {
  if (app instanceof Phial)
    Object.assign(app.config, { DEBUG: isDebug, TEMPLATES_AUTO_RELOAD: true })
  return app
}
