/**
 * Who may import whom. An arrow never runs back up: core knows no server and no framework, and the
 * framework knows no server.
 */
import { posix } from 'node:path'
import { importsOf } from './imports.ts'

export interface House {
  /** Of ours, what any file of the package may import. */
  ours: string[]
  /** Whether the package runs where there is no Node. */
  anywhere?: true
}

/** By folder of `packages/`; a folder that is missing here may import nothing of ours. */
export const houses: Record<string, House> = {
  core: { ours: [], anywhere: true },
  server: { ours: ['@phial/core'] },
  framework: { ours: ['@phial/core'] },
  cli: { ours: ['@phial/core', '@phial/server', '@phial/xray', 'phial'] },
  xray: { ours: ['@phial/core'] },
  'create-phial': { ours: [] },
}

const isOurs = (name: string): boolean => /^(@phial\/.+|phial|create-phial)$/.test(name)

/** `@phial/core` of `@phial/core/conformance`. */
export const packageName = (from: string): string =>
  from.split('/', from.startsWith('@') ? 2 : 1).join('/')

/** What is wrong with one import of `packages/<folder>/<file>`; nothing if nothing is. */
function faultOf(folder: string, file: string, from: string, declared: string[]): string | false {
  const house = houses[folder] ?? { ours: [] }
  if (from.startsWith('.'))
    return posix.join(posix.dirname(file), from).startsWith('src/') ? false : 'leaves its package'
  if (from.startsWith('node:')) return house.anywhere === true && 'needs Node'
  const name = packageName(from)
  if (isOurs(name) && !house.ours.includes(name)) return 'is not below it'
  return !declared.includes(name) && 'is no dependency in package.json'
}

/** The arrows of one source file that point the wrong way, as sentences. */
export function wrongArrows(path: string, source: string, declared: string[]): string[] {
  const [, folder = '', file = ''] = /^packages\/([^/]+)\/(.*)$/.exec(path) ?? []
  return importsOf(path, source).flatMap(({ from }) => {
    const fault = faultOf(folder, file, from, declared)
    return fault === false ? [] : [`${path} imports ${from}, which ${fault}`]
  })
}

/** Whether a module gets `AsyncLocalStorage` for itself. */
export const opensContext = (path: string, source: string): boolean =>
  importsOf(path, source).some(
    ({ from, names }) =>
      /^(node:)?async_hooks$/.test(from) && names.some((name) => /^(AsyncLocal.*|\*)$/.test(name)),
  )

/** The imports by which an example reaches outside its folder: it has our packages by name, as a user does. */
export function wayOut(path: string, source: string): string[] {
  const home = path.split('/').slice(0, 2).join('/')
  return importsOf(path, source)
    .filter(({ from }) => from.startsWith('.'))
    .filter(({ from }) => !posix.join(posix.dirname(path), from).startsWith(`${home}/`))
    .map(({ from }) => `${path} imports ${from}, which is not in its folder`)
}
