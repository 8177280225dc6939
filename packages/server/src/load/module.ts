/** Finds and imports `MODULE` of `MODULE:APP`: a file without its extension, or a package. */
import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { loadError, type StartError } from '../errors.ts'
import { didYouMean, nearest } from '../nearest.ts'
import { headline, importFile, importPackage, type OnImport, ownStack } from './import.ts'

/** The extensions, in the order in which they are tried. */
const ENDINGS = ['.ts', '.mts', '.js', '.mjs', '.cjs']
const PACKAGE = /^(?:@[\w.-]+\/)?[\w-][\w.-]*(?:\/[\w./-]+)?$/

/** An imported module, and its name for messages. */
export interface LoadedModule {
  readonly exported: object
  readonly label: string
}

/** Finds and imports a module, relative to a folder. */
export async function loadModule(
  module: string,
  folder: string,
  onImport?: OnImport,
): Promise<LoadedModule> {
  const path = resolve(folder, module)
  const file = [...withEndings(path), ...withEndings(join(path, 'index'))].find(isFile)
  const label = file ? shorter(file, folder) : module
  const exported = await importing(label, async () => {
    if (file) return importFile(file, onImport)
    return PACKAGE.test(module) ? importPackage(module, folder, onImport) : undefined
  })
  if (!exported) throw notFound(module, folder)
  return { exported, label }
}

async function importing<Result>(label: string, load: () => Promise<Result>): Promise<Result> {
  try {
    return await load()
  } catch (error) {
    const failure = loadError(`importing ${label} failed: ${headline(error)}`, ownStack(error))
    throw Object.assign(failure, { cause: error })
  }
}

function withEndings(path: string): string[] {
  return ENDINGS.includes(extname(path)) ? [path] : ENDINGS.map((ending) => path + ending)
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function shorter(file: string, folder: string): string {
  const inside = relative(folder, file)
  return inside.startsWith('..') ? file : inside
}

function notFound(module: string, folder: string): StartError {
  const hasEnding = ENDINGS.includes(extname(module))
  const tried = hasEnding ? '' : ` (tried ${ENDINGS.join(' ')}, and as a package)`
  const guess = didYouMean(guessModule(module, folder))
  return loadError(`cannot find module ${module} in ${folder}${tried}${guess}`)
}

/** Guesses the intended module: Python's `pkg.module`, another extension, or a typing error. */
function guessModule(module: string, folder: string): string | undefined {
  const slashed = module.replaceAll('.', '/')
  if (withEndings(resolve(folder, slashed)).some(isFile)) return slashed
  const home = resolve(folder, dirname(module))
  if (!statSync(home, { throwIfNoEntry: false })?.isDirectory()) return undefined
  const names = readdirSync(home)
    .filter((file) => ENDINGS.includes(extname(file)))
    .map((file) => basename(file, extname(file)))
  const guess = nearest(basename(module, extname(module)), names)
  return guess && join(dirname(module), guess)
}
