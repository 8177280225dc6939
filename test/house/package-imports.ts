/**
 * The imports that are allowed between packages. Dependencies are one-way: core imports neither the servers nor the
 * framework, and the framework does not import the servers.
 */
import { posix } from 'node:path'
import { importsOf } from './imports.ts'

export interface Allowed {
  /** The packages of this workspace that any file of the package may import. */
  ours: string[]
  /** Whether the package also runs without Node. */
  anywhere?: true
}

/** By folder of `packages/`. A folder that is not listed may not import other packages of the workspace. */
export const allowedImports: Record<string, Allowed> = {
  core: { ours: [], anywhere: true },
  server: { ours: ['@phial/core'] },
  framework: { ours: ['@phial/core'] },
  cli: { ours: ['@phial/core', '@phial/server', '@phial/xray', 'phial'] },
  xray: { ours: ['@phial/core'] },
  'create-phial': { ours: [] },
}

const isOurs = (name: string): boolean => /^(@phial\/.+|phial|create-phial)$/.test(name)

/** Returns the package of a specifier: `@phial/core` for `@phial/core/conformance`. */
export const packageName = (from: string): string =>
  from.split('/', from.startsWith('@') ? 2 : 1).join('/')

/** Describes the fault of an import in `packages/<folder>/<file>`, or returns `false` if it is allowed. */
function faultOf(folder: string, file: string, from: string, declared: string[]): string | false {
  const allowed = allowedImports[folder] ?? { ours: [] }
  if (from.startsWith('.'))
    return posix.join(posix.dirname(file), from).startsWith('src/') ? false : 'leaves its package'
  if (from.startsWith('node:')) return allowed.anywhere === true && 'needs Node'
  const name = packageName(from)
  if (isOurs(name) && !allowed.ours.includes(name)) return 'is not a lower package'
  return !declared.includes(name) && 'is not a dependency in package.json'
}

/** Describes the imports of a source file that are not allowed, as sentences. */
export function wrongImports(path: string, source: string, declared: string[]): string[] {
  const [, folder = '', file = ''] = /^packages\/([^/]+)\/(.*)$/.exec(path) ?? []
  return importsOf(path, source).flatMap(({ from }) => {
    const fault = faultOf(folder, file, from, declared)
    return fault === false ? [] : [`${path} imports ${from}, which ${fault}`]
  })
}

/** Reports whether a module imports `AsyncLocalStorage`. */
export const opensContext = (path: string, source: string): boolean =>
  importsOf(path, source).some(
    ({ from, names }) =>
      /^(node:)?async_hooks$/.test(from) && names.some((name) => /^(AsyncLocal.*|\*)$/.test(name)),
  )

/** Describes the imports of an example that lead out of its folder. It imports our packages by name, as a user does. */
export function importsOutside(path: string, source: string): string[] {
  const home = path.split('/').slice(0, 2).join('/')
  return importsOf(path, source)
    .filter(({ from }) => from.startsWith('.'))
    .filter(({ from }) => !posix.join(posix.dirname(path), from).startsWith(`${home}/`))
    .map(({ from }) => `${path} imports ${from}, which is not in its folder`)
}
