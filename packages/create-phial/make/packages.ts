/** The packages of this repository, and how an application depends on them: from a registry, or as its own tarballs. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root: string = resolve(fileURLToPath(new URL('.', import.meta.url)), '../../..')

/** Version ranges by package name. */
export type Versions = Record<string, string>

export interface Manifest {
  name?: string
  version?: string
  dependencies?: Versions
  devDependencies?: Versions
  engines?: Record<string, string>
}

export const manifestIn = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest

export const writeJson = (path: string, value: object): void =>
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`)

/** The folder of an application for the tarballs of Phial, until a registry has them. */
export const VENDOR = 'vendor'

const ours = new Map(
  readdirSync(join(root, 'packages')).map((folder) => {
    const manifest = manifestIn(`packages/${folder}`)
    return [manifest.name ?? folder, manifest] as const
  }),
)

/** Returns dependencies for use outside this workspace: our packages at the version of this release. */
export function released(dependencies: Versions): Versions {
  return sorted(dependencies, ([name, range]) => {
    const { version } = ours.get(name) ?? {}
    return version === undefined ? range : `^${version}`
  })
}

/**
 * Makes a folder with a `package.json` depend on tarballs, which are copied into its `vendor/`. Packages of ours that
 * these need become dependencies of the application too, so that npm finds them without a registry.
 */
export function vendor(tarballs: string, folder: string): void {
  const path = join(folder, 'package.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest
  const { dependencies = {}, devDependencies = {} } = manifest
  const needed = new Map<string, string>()
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) addOurs(name, needed)
  for (const tarball of needed.values())
    cpSync(join(tarballs, tarball), join(folder, VENDOR, tarball))
  const local = (versions: Versions): Versions =>
    sorted(versions, ([name, range]) => {
      const tarball = needed.get(name)
      return tarball === undefined ? range : `file:${VENDOR}/${tarball}`
    })
  const missing = [...needed].filter(([name]) => !(name in dependencies || name in devDependencies))
  writeJson(path, {
    ...manifest,
    dependencies: local({ ...dependencies, ...Object.fromEntries(missing) }),
    devDependencies: local(devDependencies),
  })
}

/** Adds one of our packages, and those of ours that it depends on, with the names of their tarballs. */
function addOurs(name: string, needed: Map<string, string>): void {
  const manifest = ours.get(name)
  if (manifest === undefined || needed.has(name)) return
  const { version = '', dependencies = {} } = manifest
  // The file name that `npm pack` chooses.
  needed.set(name, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`)
  for (const dependency of Object.keys(dependencies)) addOurs(dependency, needed)
}

const sorted = (versions: Versions, range: (entry: [string, string]) => string): Versions =>
  Object.fromEntries(
    Object.entries(versions)
      .map((entry): [string, string] => [entry[0], range(entry)])
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  )
