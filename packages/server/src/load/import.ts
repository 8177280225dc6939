/** Imports the modules of an application, including TypeScript. Errors have the application's own stack. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import { Script, constants } from 'node:vm'
import { isNode } from '../runtime.ts'
import { javascriptFiles } from './javascript.ts'

/** Called with the absolute path of each imported file, also while the application runs. Files in `node_modules` are excluded. */
export type OnImport = (file: string) => void

/**
 * Imports a file. Node itself imports an application that contains only JavaScript. tsx imports all others, and those
 * whose imports must be reported. Node's type stripping does not support enums, and does not resolve `./x.js` to `x.ts`.
 */
export async function importFile(path: string, onImport?: OnImport): Promise<object> {
  const files = onImport === undefined ? javascriptFiles(path) : undefined
  if (files === undefined) return importTypeScript(path, onImport)
  if (isNode) process.setSourceMapsEnabled(true) // like tsx, so that stacks of compiled applications refer to their sources
  return importLocated(path, files)
}

/** Imports TypeScript with tsx, without a namespace, so that the module and this server share one copy of `@phial/core`. */
async function importTypeScript(path: string, onImport?: OnImport): Promise<object> {
  const files = new Set<string>()
  const imported: OnImport = (file) => {
    if (/[\\/]node_modules[\\/]/.test(file)) return
    files.add(file)
    onImport?.(file)
  }
  imported(path)
  // tsx fails under Bun and Deno. They do not report imports, so `--reload` only checks the named file.
  if (isNode) {
    await registerForRequire(imported)
    const { register } = await import('tsx/esm/api') // imported late, because it is slow
    register({ onImport: (url) => url.startsWith('file:') && imported(fileURLToPath(url)) })
  }
  return importLocated(path, files)
}

/** Imports a file. Adds the location to a syntax error in one of these files. */
async function importLocated(path: string, files: Iterable<string>): Promise<object> {
  try {
    return (await import(pathToFileURL(path).href)) as object
  } catch (error) {
    throw error instanceof SyntaxError ? located(error, [...files]) : error
  }
}

/**
 * Enables `require` of TypeScript in CommonJS packages. Node loads JavaScript modules itself, because tsx would create a
 * second copy of them, including `@phial/core`.
 */
async function registerForRequire(imported: OnImport): Promise<void> {
  const { register } = await import('tsx/cjs/api')
  // oxlint-disable-next-line typescript/no-deprecated -- tsx hooks in at this place, so its hook must be replaced here
  const { extensions } = createRequire(import.meta.url)
  const nodes = extensions['.js']
  register()
  const tsxs = extensions['.js']
  extensions['.js'] = (module, file) => {
    const load = isModulePackage(dirname(file)) ? nodes : tsxs
    load?.(module, file)
  }
  for (const ending of ['.js', '.json', '.ts', '.mts', '.cts']) {
    const load = extensions[ending]
    if (load === undefined) continue
    extensions[ending] = (module, file) => {
      imported(file)
      load(module, file)
    }
  }
}

/** Whether the package of a folder has `"type": "module"`. */
function isModulePackage(folder: string): boolean {
  try {
    const { type } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      type?: unknown
    }
    return type === 'module'
  } catch {
    const parent = dirname(folder)
    return parent !== folder && isModulePackage(parent)
  }
}

/** Adds the location to a syntax error. Node does not report it for a module, so each file is checked again. */
function located(error: SyntaxError, imported: readonly string[]): SyntaxError {
  const files = imported.filter((file) => /\.[cm]?js$/.test(file))
  for (const file of files.toReversed()) {
    const { status, stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' })
    const [place] = stderr.split('\n')
    if (status !== 0 && place?.startsWith(file))
      return new SyntaxError(`${place}: ${error.message}`)
  }
  return error
}

/** The number of repeated imports in runtimes that identify modules by URL. */
let reads = 0

/**
 * Imports the current version of a file and its imports, even if they were imported before. The modules are not shared,
 * so this is only suitable for config files.
 */
export async function importFresh(path: string): Promise<object> {
  const { cache } = createRequire(import.meta.url)
  for (const file of Object.keys(cache))
    if (!/[\\/]node_modules[\\/]/.test(file)) Reflect.deleteProperty(cache, file)
  const url = pathToFileURL(path).href
  if (!isNode) {
    const again = `${url}?read=${(reads += 1)}`
    return (await import(again)) as object
  }
  const { tsImport } = await import('tsx/esm/api')
  try {
    return (await tsImport(url, import.meta.url)) as object
  } catch (error) {
    throw error instanceof SyntaxError ? located(error, [path]) : error
  }
}

/** Imports a package, resolved from `folder`. Resolves with `undefined` if it is not installed. */
export async function importPackage(
  name: string,
  folder: string,
  onImport?: OnImport,
): Promise<object | undefined> {
  const here = join(folder, 'phial-server')
  try {
    return await importFile(createRequire(here).resolve(name), onImport)
  } catch (error) {
    if (hasCode(error, 'MODULE_NOT_FOUND')) return undefined
    if (hasCode(error, 'ERR_PACKAGE_PATH_NOT_EXPORTED')) return importSeenFrom(here, name)
    throw error
  }
}

/** Imports a package that cannot be required. Node has no other way to resolve it from a given file. */
async function importSeenFrom(filename: string, name: string): Promise<object> {
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER
  const script = new Script('(name) => import(name)', { filename, importModuleDynamically })
  return (script.runInThisContext() as (name: string) => Promise<object>)(name)
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** Describes an error in one line. */
export function headline(error: unknown): string {
  if (!(error instanceof Error)) return `${inspect(error)} was thrown`
  const lines = error.message.split('\n')
  const compilers = lines.find((line) => line.includes(': ERROR: ')) // esbuild's, with file, line and column
  return `${error.name}: ${compilers ?? lines[0] ?? ''}`
}

const LOADERS = /\(?node:|[\\/](?:tsx[\\/]dist|esbuild[\\/]lib)[\\/]/
/** The folder of this package. Its command is outside of `dist`. */
const ourFolder = fileURLToPath(new URL('../..', import.meta.url))

/** Returns an error's message and stack, without the frames of the module loader and of this server. */
export function ownStack(error: unknown): string {
  let isBelow = false
  const isOwn = (line: string): boolean => {
    const isFrame = /^\s+at /.test(line)
    isBelow = isFrame && (isBelow || line.includes(ourFolder)) // frames below are callers of this server
    return !isFrame || !(isBelow || LOADERS.test(line))
  }
  return inspect(error).split('\n').filter(isOwn).join('\n')
}
