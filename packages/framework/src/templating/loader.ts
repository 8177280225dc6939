/** Finds the file of a template by its name. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { withCode } from '@phial/core'
import { nearest } from '../helpers/nearest.ts'
import { safeJoin } from '../safety/paths.ts'
import { TemplateNotFound } from './errors.ts'

/** A template file. */
export interface Found {
  /** Relative to the folder, with its extension: `posts/index.eta`. */
  readonly name: string
  /** The absolute path. */
  readonly file: string
  readonly source: string
}

/** Where and how to search for templates. */
export interface Search {
  /** The folders in order of precedence. */
  readonly folders: readonly string[]
  /** Called with a description of each search. */
  readonly explain: ((description: string) => void) | undefined
}

/**
 * Finds a template by its name, as `absoluteName` returns it. Returns `undefined` if no folder contains it, or if the
 * name leads out of the folders.
 */
export function findTemplate(name: string, { folders, explain }: Search): Found | undefined {
  const tried: string[] = []
  const found = firstOf(placesOf(name, folders), tried)
  explain?.(describeSearch(name, tried, found))
  return found
}

/** Returns the error for template names that do not exist. `known` are the existing names, for hints. */
export function notFound(
  names: readonly string[],
  folders: readonly string[],
  known: readonly string[],
): TemplateNotFound {
  const error = (message: string): TemplateNotFound =>
    withCode('ERR_PHIAL_TEMPLATE_NOT_FOUND', new TemplateNotFound(message))
  if (names.length === 0) return error('Expected a template name, received an empty list.')
  const quoted = names.map((name) => JSON.stringify(name)).join(' or ')
  const short = known.map((name) => name.replace(/\.eta$/, ''))
  const similar = [...new Set(names.flatMap((name) => nearest(absoluteName(name, ''), short)))]
  const hint =
    similar.length === 0
      ? 'A name without an extension refers to a file that ends in .eta.'
      : `Did you mean ${similar.map((name) => JSON.stringify(name)).join(' or ')}?`
  if (folders.length > 0)
    return error(`Template ${quoted} was not found in ${folders.join(' or ')}. ${hint}`)
  return error(
    `Template ${quoted} was not found in the build, and the app does not have a template folder. ${hint} Create the app with new Phial(import.meta.url), or run phial build and call app.useBuild(build).`,
  )
}

/** Returns the names of all files in the folders. */
export function namesIn(folders: readonly string[]): string[] {
  return [...new Set(folders.flatMap((folder) => filesBelow(folder, '')))]
}

function filesBelow(folder: string, under: string): string[] {
  if (!existsSync(join(folder, under))) return []
  const entries = readdirSync(join(folder, under), { withFileTypes: true })
  return entries.flatMap((entry) => {
    const path = under === '' ? entry.name : `${under}/${entry.name}`
    return entry.isDirectory() ? filesBelow(folder, path) : [path]
  })
}

/** A path to which a name may refer. */
interface Place {
  readonly name: string
  readonly file: string
}

/** Yields each path to which a name may refer, in order of precedence. */
function* placesOf(absolute: string, folders: readonly string[]): Iterable<Place> {
  const spellings = spellingsOf(absolute)
  for (const folder of folders) {
    for (const name of spellings) {
      const file = safeJoin(folder, name)
      if (file !== undefined) yield { name, file }
    }
  }
}

/**
 * Returns a name relative to the folders. `./` and `../` are relative to `from`, the name of the template that uses it.
 * The result is normalized, so that each template has one spelling and a cache by name stays bounded.
 */
export function absoluteName(name: string, from: string): string {
  if (/^\.\.?\//.test(name)) return posix.join(posix.dirname(from), name)
  return posix.normalize(name).replace(/^\/+/, '')
}

function spellingsOf(name: string): string[] {
  return posix.extname(name) === '' ? [`${name}.eta`] : [name, `${name}.eta`]
}

/** Reads the first file that exists. Throws if a file exists but cannot be read. */
function firstOf(places: Iterable<Place>, tried: string[]): Found | undefined {
  for (const { name, file } of places) {
    tried.push(file)
    const source = readIfExists(file)
    if (source !== undefined) return { name, file, source }
  }
  return undefined
}

const MISSING = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'])

/** Returns the text of a file without a byte order mark; `undefined` if the file does not exist. */
function readIfExists(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (typeof code === 'string' && MISSING.has(code)) return undefined
    throw error
  }
}

function describeSearch(name: string, tried: string[], found: Found | undefined): string {
  const lines = tried.map((file, index) => {
    return `${String(index + 1).padStart(5)}: ${file}: ${file === found?.file ? 'found' : 'not found'}`
  })
  const end = found === undefined ? ['       not found in any folder'] : []
  return [`Searching for template ${JSON.stringify(name)}:`, ...lines, ...end].join('\n')
}
