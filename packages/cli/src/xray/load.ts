/** Loads X-ray and an application. */
import type { ApplicationLike } from '@phial/core'
import { loadApplication, loadXray } from '@phial/server/load'
import type * as Xray from '@phial/xray'
import { loading, type Program } from 'phial/tools'

export interface Loaded {
  readonly module: typeof Xray
  readonly app: ApplicationLike
  readonly spec: string
  /** Where the application's module is. */
  readonly file: string
}

/** X-ray first, so that it sees the layers of what comes after it. */
export async function load(spec: string, { env, folder }: Program): Promise<Loaded> {
  Object.assign(process.env, env)
  const files: string[] = []
  return loading(async () => {
    const module = (await loadXray(folder)) as typeof Xray
    const app = await loadApplication(spec, folder, (file) => files.push(file))
    return { module, app, spec, file: files[0] ?? '' }
  })
}
