/**
 * Detects whether an application contains only JavaScript, so that Node can import it without the TypeScript loader,
 * which costs each worker 0.3 s and 40 MB.
 *
 * This must be known before the import: Node 20 caches a failed import, so a second attempt with the loader fails too.
 * Only the application's own files are read, not those of packages. The source is searched, not parsed. In case of doubt,
 * the loader is used.
 */
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { dirname, join, resolve } from 'node:path'

const JAVASCRIPT = /\.[cm]?js$/

/** `from 'x'`, `import 'x'`, `import('x'` and `require('x'`. */
const IMPORT = /\b(?:from|import|require)\s*(?:\(\s*)?(["'])([^"'\n]+)\1/g

/** Matches imports that {@link IMPORT} does not find: a computed name, a comment before the name, `createRequire`, and any TypeScript file. */
const DOUBT =
  /\b(?:import|require)\s*(?:\(\s*[^\s"')]|\/[*/])|\bcreateRequire\b|\.(?:[cm]?ts|[jt]sx)["'`]/

/**
 * Returns the files of an application that contains only JavaScript, without packages; `undefined` for any other.
 *
 * @param entry the absolute path of the file that is imported first
 */
export function javascriptFiles(entry: string): readonly string[] | undefined {
  const files = new Set([entry])
  for (const file of files) {
    const imported = importsOf(file)
    if (imported === undefined) return undefined
    for (const one of imported) files.add(one)
  }
  return [...files]
}

/** Returns the application's own files that a file imports; `undefined` if in doubt. */
function importsOf(file: string): string[] | undefined {
  if (!JAVASCRIPT.test(file) || !isFile(file)) return undefined
  const source = readFileSync(file, 'utf8')
  if (DOUBT.test(source)) return undefined
  const names = Array.from(source.matchAll(IMPORT), ([, , name = '']) => name)
  const own = names.filter((name) => !isBuiltin(name) && !isPackage(name, file))
  return own.every(isPath) ? own.map((name) => resolve(dirname(file), name)) : undefined
}

const isPath = (name: string): boolean => /^\.{0,2}\//.test(name)

/** Whether a name belongs to a JavaScript package: it resolves to a JavaScript file, or is installed. */
function isPackage(name: string, file: string): boolean {
  if (isPath(name) || name.startsWith('#')) return false
  const require = createRequire(file)
  try {
    return JAVASCRIPT.test(require.resolve(name))
  } catch {
    // It can only be imported, not required, or it does not exist.
    return (require.resolve.paths(name) ?? []).some((folder) => isInstalled(join(folder, name)))
  }
}

/** Whether a path is in `node_modules` after links are resolved. A package of a workspace is a link to its source. */
function isInstalled(path: string): boolean {
  const isThere = statSync(path, { throwIfNoEntry: false }) !== undefined
  return isThere && /[\\/]node_modules[\\/]/.test(realpathSync(path))
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}
