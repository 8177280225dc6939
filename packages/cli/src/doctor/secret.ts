/** What sessions are signed with. */
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Phial } from 'phial'
import { isStrong, MAKE } from 'phial/tools'
import { type Finding, Findings } from './finding.ts'

/** How code that writes sessions looks: it imports them, or takes them from the context that a view gets. */
const USES =
  /\bimport\b[^;'"]*\b(?:session|flash)\b[^;'"]*from\s*['"]phial['"]|\b(?:context|ctx)\.session\b|\{[^{}]*\bsession\b[^{}]*\}\s*\)\s*=>/

/** A file of the app's code. */
export interface CodeFile {
  readonly path: string
  readonly source: string
}

/** Reads the files that the app was loaded from. */
export function readCode(files: Iterable<string>): CodeFile[] {
  return [...files].map((path) => ({ path, source: readFileSync(path, 'utf8') }))
}

/** Whether there is a secret where one is needed, a good one, and not in the code. */
export function examineSecret(
  { config }: Phial,
  code: readonly CodeFile[],
  folder: string,
): Finding[] {
  const found = new Findings('secret')
  const { SECRET_KEY: secret, SECRET_KEY_FALLBACKS: older } = config
  const isMissing = secret === undefined || secret === ''
  const user = code.find(({ source }) => USES.test(source))
  const at = user === undefined ? '' : relative(folder, user.path)
  found.fault(
    isMissing && user !== undefined,
    `There is no SECRET_KEY, and ${at} uses sessions, which cannot be written. Make one by ${MAKE}, and set PHIAL_SECRET_KEY with config.fromPrefixedEnv().`,
  )
  found.note(
    isMissing && user === undefined,
    'There is no SECRET_KEY. It is needed once the app keeps sessions or flashes messages.',
  )
  found.fault(
    !isMissing && !isStrong(secret),
    `SECRET_KEY is weak: a client that guesses it can write any session. Make one by ${MAKE}.`,
  )
  found.fault(
    older.some((one) => !isStrong(one)),
    'SECRET_KEY_FALLBACKS has a weak secret: a client that guesses it can write any session. Take it out.',
  )
  for (const text of [secret, ...older]) {
    const place = placeOf(text, code, folder)
    found.fault(
      place !== undefined,
      `The secret is in the code, ${place ?? ''}: everyone who reads that can write any session. Make a new one by ${MAKE}, and keep it in the environment.`,
    )
  }
  return found.all
}

/** `app.ts:3`, where a text stands in the code. */
function placeOf(
  text: string | undefined,
  code: readonly CodeFile[],
  folder: string,
): string | undefined {
  if (text === undefined || text.length < 4) return undefined
  const quoted = (source: string): number =>
    Math.max(...["'", '"', '`'].map((quote) => source.indexOf(quote + text + quote)))
  const file = code.find(({ source }) => quoted(source) >= 0)
  if (file === undefined) return undefined
  const line = file.source.slice(0, quoted(file.source)).split('\n').length
  return `${relative(folder, file.path)}:${line}`
}
