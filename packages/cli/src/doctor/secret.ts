/** Checks the secret key that signs sessions. */
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Phial } from 'phial'
import { isStrong, MAKE } from 'phial/tools'
import { type Finding, Findings } from './finding.ts'

/** Matches code that uses sessions: it imports them from `phial`, or takes them from the context argument of a view. */
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

/** Checks that a required secret is set, that it is strong, and that it is not written in the code. */
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
    `SECRET_KEY is not set, but ${at} uses sessions, which cannot be saved without it. Generate one with ${MAKE}, set it as PHIAL_SECRET_KEY, and load it with config.fromPrefixedEnv().`,
  )
  found.note(
    isMissing && user === undefined,
    'SECRET_KEY is not set. It is required once the app uses sessions or flashes messages.',
  )
  found.fault(
    !isMissing && !isStrong(secret),
    `SECRET_KEY is weak: a client that guesses it can forge any session. Generate one with ${MAKE}.`,
  )
  found.fault(
    older.some((one) => !isStrong(one)),
    'SECRET_KEY_FALLBACKS has a weak secret: a client that guesses it can forge any session. Remove it.',
  )
  for (const text of [secret, ...older]) {
    const place = placeOf(text, code, folder)
    found.fault(
      place !== undefined,
      `The secret is written in the code, in ${place ?? ''}: everyone who reads the code can forge any session. Generate a new one with ${MAKE}, and keep it in the environment.`,
    )
  }
  return found.all
}

/** Returns where a string literal is in the code, such as `app.ts:3`. */
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
