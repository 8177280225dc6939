/** Where the application is to be, and what it is called: both looked at before anything is written. */
import { readdirSync, statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import validateName from 'validate-npm-package-name'
import { fileProblem, Refusal } from './refusal.ts'

export interface Target {
  /** Absolute. */
  readonly path: string
  /** As it was said, for messages. */
  readonly said: string
  /** The package's name: that of the folder. */
  readonly name: string
  /** Whether the folder is there already. */
  readonly exists: boolean
}

/** The folder that is meant. Throws a {@link Refusal} for one that cannot be it. */
export function findTarget(dir: string, cwd: string, force: boolean): Target {
  const path = resolve(cwd, dir)
  const name = basename(path)
  const problem = nameProblem(name)
  if (problem !== undefined) throw new Refusal(problem, 2)
  const inside = entries(path, dir)
  const rest = inside?.filter((entry) => entry !== '.git') ?? []
  if (rest.length > 0 && !force) {
    throw new Refusal(
      `${dir} is not empty (${some(rest)}): take another folder, or --force, which overwrites nothing`,
    )
  }
  return { path, said: dir, name, exists: inside !== undefined }
}

/** What is wrong with a package's name, if anything is. */
export function nameProblem(name: string): string | undefined {
  const { validForNewPackages, errors = [], warnings = [] } = validateName(name)
  if (validForNewPackages) return undefined
  const [why = 'npm does not take it'] = [...errors, ...warnings]
  return `${JSON.stringify(name)} cannot be the name of a package: ${why}. Try ${suggested(name)}`
}

/** A name that is right, and as near as can be. */
function suggested(name: string): string {
  const near = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9~.-]+/g, '-')
    .replaceAll(/^[-._~]+|[-._~]+$/g, '')
    .slice(0, 100)
  return validateName(near).validForNewPackages ? near : 'phial-app'
}

/** What is in a folder; nothing at all if there is no such folder. */
function entries(path: string, said: string): string[] | undefined {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === false) {
      throw new Refusal(`${said} is a file: take another name`)
    }
    return readdirSync(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    if (error instanceof Refusal) throw error
    throw new Refusal(`${said} cannot be used: ${fileProblem(error)}`)
  }
}

const some = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')}, …` : names.join(', ')
