/** Which app is meant, where nobody says: as Flask looks for `wsgi.py` and `app.py`. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { CommandError } from '../errors.ts'

const NAMES = ['wsgi', 'app']
const ENDINGS = ['.ts', '.mts', '.js', '.mjs', '.cjs']

/** `MODULE:APP` as it was given, else the module of a folder that has a usual name. Raises a `CommandError` if there is none. */
export function findApp(given: string | undefined, folder: string): string {
  if (given !== undefined && given !== '') return given
  const isThere = (name: string): boolean =>
    ENDINGS.some((ending) => existsSync(join(folder, `${name}${ending}`)))
  const found = NAMES.find(isThere)
  if (found !== undefined) return found
  throw new CommandError(
    `No app was found: ${folder} has neither an app.ts nor a wsgi.ts (nor one of ${ENDINGS.slice(1).join(' ')}). Say which is meant, phial --app module:app …, or set PHIAL_APP.`,
  )
}
