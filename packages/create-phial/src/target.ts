/** Checks the folder and the name of the application before any file is written. */
import { readdirSync, statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import validateName from 'validate-npm-package-name'
import { fileProblem, Refusal } from './refusal.ts'

export interface Target {
  /** The absolute path of the folder. */
  readonly path: string
  /** The folder as the user entered it, for messages. */
  readonly dir: string
  /** The name of the package, which is also the name of the folder. */
  readonly name: string
  /** Whether the folder already exists. */
  readonly exists: boolean
}

/** Resolves the target folder. Throws a {@link Refusal} if it cannot be used. */
export function findTarget(dir: string, cwd: string, force: boolean): Target {
  const path = resolve(cwd, dir)
  const name = basename(path)
  const problem = nameProblem(name)
  if (problem !== undefined) throw new Refusal(problem, 2)
  const inside = entries(path, dir)
  const rest = inside?.filter((entry) => entry !== '.git') ?? []
  if (rest.length > 0 && !force) {
    throw new Refusal(
      `${dir} is not empty (${some(rest)}). Choose another folder, or pass --force to add files to this one. Existing files are not overwritten.`,
    )
  }
  return { path, dir, name, exists: inside !== undefined }
}

/** Describes why a name is not a valid package name, or returns `undefined` if it is valid. */
export function nameProblem(name: string): string | undefined {
  const { validForNewPackages, errors = [], warnings = [] } = validateName(name)
  if (validForNewPackages) return undefined
  const [why = 'npm rejects it'] = [...errors, ...warnings]
  return `${JSON.stringify(name)} is not a valid package name: ${why}. Try ${suggested(name)}.`
}

/** Returns a valid package name that is similar to an invalid one, or `phial-app`. */
function suggested(name: string): string {
  const near = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9~.-]+/g, '-')
    .replaceAll(/^[-._~]+|[-._~]+$/g, '')
    .slice(0, 100)
  return validateName(near).validForNewPackages ? near : 'phial-app'
}

/** Lists the entries of a folder, or returns `undefined` if it does not exist. */
function entries(path: string, dir: string): string[] | undefined {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === false) {
      throw new Refusal(`${dir} is a file. Choose another name.`)
    }
    return readdirSync(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    if (error instanceof Refusal) throw error
    throw new Refusal(`${dir} cannot be used: ${fileProblem(error)}.`)
  }
}

const some = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')}, …` : names.join(', ')
