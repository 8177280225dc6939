/** Where an app or a blueprint lives: by that its templates and static files are found. */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withCode } from '@phial/core'

/** The folder of the file that something is made in. Raises `TypeError` for what is no file's URL. */
export function rootPathOf(what: string, importMetaUrl: unknown): string {
  if (typeof importMetaUrl === 'string' && importMetaUrl.startsWith('file:')) {
    return dirname(fileURLToPath(importMetaUrl))
  }
  throw withCode(
    'ERR_PHIAL_APP_URL',
    new TypeError(
      `new ${what}import.meta.url) got ${JSON.stringify(importMetaUrl)} in its place: templates and static files are found by the URL of the file. Write new ${what}import.meta.url).`,
    ),
  )
}
