/** Importing somebody's module: TypeScript as it is, with their own stack if it fails. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import { Script, constants } from 'node:vm'
import { javascriptFiles } from './javascript.ts'

/** Told of each file that is imported, by its whole path: at once, and later while the application runs. Those in `node_modules` are left out. */
export type OnImport = (file: string) => void

/** Deno and Bun run TypeScript by themselves, and tsx fails on both. They tell of no imports: `--reload` sees the named file alone. */
const readsTypeScript = 'deno' in process.versions || 'bun' in process.versions

/**
 * Imports a file. An application that is JavaScript alone is imported by Node. Any other, and one whose
 * imports are to be reported, gets tsx: Node's own type stripping knows no enums, and does not find `x.ts`
 * for `./x.js`.
 */
export async function importFile(path: string, onImport?: OnImport): Promise<object> {
  const files = onImport === undefined ? javascriptFiles(path) : undefined
  if (files === undefined) return importTypeScript(path, onImport)
  if (!readsTypeScript) process.setSourceMapsEnabled(true) // as tsx does: compiled applications have stacks in their own lines
  return importLocated(path, files)
}

/** There is no namespace, so the module and this server share one copy of `@phial/core`. */
async function importTypeScript(path: string, onImport?: OnImport): Promise<object> {
  const files = new Set<string>()
  const imported: OnImport = (file) => {
    if (/[\\/]node_modules[\\/]/.test(file)) return
    files.add(file)
    onImport?.(file)
  }
  imported(path)
  if (!readsTypeScript) {
    await registerForRequire(imported)
    const { register } = await import('tsx/esm/api') // only now: a typing slip should be told at once
    register({ onImport: (url) => url.startsWith('file:') && imported(fileURLToPath(url)) })
  }
  return importLocated(path, files)
}

/** Imports a file. A syntax error names its place, in one of these files. */
async function importLocated(path: string, files: Iterable<string>): Promise<object> {
  try {
    return (await import(pathToFileURL(path).href)) as object
  } catch (error) {
    throw error instanceof SyntaxError ? located(error, [...files]) : error
  }
}

/**
 * `require` for TypeScript in CommonJS packages. JavaScript that is a module already is left to Node:
 * tsx would make a second copy of it, and then there were two `@phial/core` in one process.
 */
async function registerForRequire(imported: OnImport): Promise<void> {
  const { register } = await import('tsx/cjs/api')
  // oxlint-disable-next-line typescript/no-deprecated -- tsx hooks in at this place, so this is where to step aside
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

/** Whether the package that a folder belongs to says `"type": "module"`. */
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

/** Node keeps to itself where a JavaScript module has its syntax error; only checking it again tells. */
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

/** How many files were imported anew where modules are told apart by their URL. */
let reads = 0

/**
 * Imports a file as it is now, and all that it imports, though they may have been imported before. It
 * shares no module with anybody: that is for a config file, not for an application.
 */
export async function importFresh(path: string): Promise<object> {
  const { cache } = createRequire(import.meta.url)
  for (const file of Object.keys(cache))
    if (!/[\\/]node_modules[\\/]/.test(file)) Reflect.deleteProperty(cache, file)
  const url = pathToFileURL(path).href
  if (readsTypeScript) {
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

/** Imports a package as a file in `folder` would; `undefined` if there is none of that name. */
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

/** For a package that can only be imported, not required: Node has no other way to say from where. */
async function importSeenFrom(filename: string, name: string): Promise<object> {
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER
  const script = new Script('(name) => import(name)', { filename, importModuleDynamically })
  return (script.runInThisContext() as (name: string) => Promise<object>)(name)
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** What went wrong, in one line. */
export function headline(error: unknown): string {
  if (!(error instanceof Error)) return `${inspect(error)} was thrown`
  const lines = error.message.split('\n')
  const compilers = lines.find((line) => line.includes(': ERROR: ')) // esbuild's, with file, line and column
  return `${error.name}: ${compilers ?? lines[0] ?? ''}`
}

const LOADERS = /\(?node:|[\\/](?:tsx[\\/]dist|esbuild[\\/]lib)[\\/]/
const ourFolder = fileURLToPath(new URL('..', import.meta.url))

/** An error's text and stack, without the lines that only show how the module came to be loaded. */
export function ownStack(error: unknown): string {
  let isBelow = false
  const isOwn = (line: string): boolean => {
    const isFrame = /^\s+at /.test(line)
    isBelow = isFrame && (isBelow || line.includes(ourFolder)) // whoever called us is none of theirs
    return !isFrame || !(isBelow || LOADERS.test(line))
  }
  return inspect(error).split('\n').filter(isOwn).join('\n')
}
