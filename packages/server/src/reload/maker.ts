/** The maker of `phial-server --reload`, which loads an application or shows the error. */
import type { Application, ApplicationLike } from '@phial/core'
import { StartError } from '../errors.ts'
import { loadApplication, loadDrawn } from '../load.ts'
import type { Maker } from '../reload.ts'

/** The data that `phial-server` passes to it. */
export interface MakerData {
  readonly xray: boolean
}

export const make: Maker['make'] = ({ app, folder, told }, watch) => {
  const load = (told as MakerData | undefined)?.xray === true ? loadDrawn : loadApplication
  return load(app, folder, watch)
}

/** Creates an application that answers each request with an error as plain text. */
export function failed(error: unknown): ApplicationLike {
  const bytes = new TextEncoder().encode(
    `${describe(error)}\n\nThe next request after a change tries again.\n`,
  )
  const app: Application = (_, startResponse) => {
    startResponse('500 Internal Server Error', [['Content-Type', 'text/plain; charset=utf-8']])
    return [bytes]
  }
  return app
}

/** Describes an error for the application's author. */
export function describe(error: unknown): string {
  if (!(error instanceof StartError))
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  return error.detail === undefined ? error.message : `${error.message}\n\n${error.detail}`
}
