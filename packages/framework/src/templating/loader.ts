/** From a template's name to its file. */
import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { withCode } from '@phial/core'
import { safeJoin } from '../safety/paths.ts'
import { TemplateNotFound } from './errors.ts'

/** A template as it was found. */
export interface Found {
  /** Seen from the folder, with its ending: `posts/index.eta`. */
  readonly name: string
  /** The whole path. */
  readonly file: string
  readonly source: string
}

/** Where templates are looked for, and who is told of it. */
export interface Search {
  /** The first that has the template wins. */
  readonly folders: readonly string[]
  /** Called with the story of each search, if anyone wants to know. */
  readonly explain: ((story: string) => void) | undefined
}

/** Finds a template by its name, as `absoluteName` gives it; `undefined` if no folder has it, or it leads out of them. */
export function findTemplate(name: string, { folders, explain }: Search): Found | undefined {
  const tried: string[] = []
  const found = firstOf(placesOf(name, folders), tried)
  explain?.(storyOf(name, tried, found))
  return found
}

/** The error for templates that no folder has. */
export function notFound(names: readonly string[], folders: readonly string[]): TemplateNotFound {
  const quoted = names.map((name) => JSON.stringify(name)).join(' or ')
  const what = names.length === 0 ? 'in an empty list of names' : quoted
  return withCode(
    'ERR_PHIAL_TEMPLATE_NOT_FOUND',
    new TemplateNotFound(
      `There is no template ${what} in ${folders.join(' or ')}. A name without an ending stands for one that ends in .eta.`,
    ),
  )
}

/** A path that a name may mean. */
interface Place {
  readonly name: string
  readonly file: string
}

/** Each path that a name may mean, the likeliest first. */
function* placesOf(absolute: string, folders: readonly string[]): Iterable<Place> {
  const spellings = spellingsOf(absolute)
  for (const folder of folders) {
    for (const name of spellings) {
      const file = safeJoin(folder, name)
      if (file !== undefined) yield { name, file }
    }
  }
}

/** A name as it is seen from the folders; `from` is the name of the template that says it. `./` and `../` start where that is. Each has one spelling, so that what is kept by it has an end. */
export function absoluteName(name: string, from: string): string {
  if (/^\.\.?\//.test(name)) return posix.join(posix.dirname(from), name)
  return posix.normalize(name).replace(/^\/+/, '')
}

function spellingsOf(name: string): string[] {
  return posix.extname(name) === '' ? [`${name}.eta`] : [name, `${name}.eta`]
}

/** Reads the first place that has a file. Any other trouble than that there is none is an error. */
function firstOf(places: Iterable<Place>, tried: string[]): Found | undefined {
  for (const { name, file } of places) {
    tried.push(file)
    const source = readIfThere(file)
    if (source !== undefined) return { name, file, source }
  }
  return undefined
}

const NOT_THERE = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'])

/** A file's text; `undefined` if there is no such file. */
function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (typeof code === 'string' && NOT_THERE.has(code)) return undefined
    throw error
  }
}

function storyOf(name: string, tried: string[], found: Found | undefined): string {
  const lines = tried.map((file, index) => {
    return `${String(index + 1).padStart(5)}: ${file}: ${file === found?.file ? 'found' : 'not there'}`
  })
  const end = found === undefined ? ['       no folder has it'] : []
  return [`Looking for the template ${JSON.stringify(name)}:`, ...lines, ...end].join('\n')
}
