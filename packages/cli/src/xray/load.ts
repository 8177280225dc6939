/** Loads X-ray and an application. */
import type { ApplicationLike } from '@phial/core'
import { loadApplication, loadXray } from '@phial/server/load'
import type * as Xray from '@phial/xray'
import { loading, type Program } from 'phial/tools'

export interface Loaded {
  readonly module: typeof Xray
  readonly app: ApplicationLike
  readonly spec: string
  /** The path of the application's module. */
  readonly file: string
}

/** Loads X-ray before the application, so that it can observe the layers that the application creates. */
export async function load(spec: string, { env, folder }: Program): Promise<Loaded> {
  Object.assign(process.env, env)
  const files: string[] = []
  return loading(async () => {
    const module = (await loadXray(folder)) as typeof Xray
    const app = await loadApplication(spec, folder, (file) => files.push(file))
    return { module, app, spec, file: files[0] ?? '' }
  })
}
