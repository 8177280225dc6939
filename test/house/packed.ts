/** Packs the packages into real tarballs, and unpacks them as an installation does. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Package, packages, root } from './workspace.ts'

const execute = promisify(execFile)

/** Runs pnpm: the one that runs this test, or the one in the README's commands. */
async function pnpm(cwd: string, ...args: string[]): Promise<void> {
  const mine = process.env['npm_execpath'] ?? ''
  const [file = '', ...before] = basename(mine).startsWith('pnpm')
    ? [mine]
    : ['npx', '-y', 'pnpm@12']
  await execute(file, [...before, ...args], { cwd })
}

export interface Packed extends Package {
  tarball: string
}

/** Packs one package into a folder. */
export async function pack(item: Package, into: string): Promise<Packed> {
  const folder = join(into, item.folder)
  await mkdir(folder)
  await pnpm(item.path, 'pack', '--pack-destination', folder)
  const [tarball = ''] = await readdir(folder)
  return { ...item, tarball: join(folder, tarball) }
}

export async function packAll(into: string): Promise<Packed[]> {
  const packed: Packed[] = []
  for (const item of packages) packed.push(await pack(item, into))
  return packed
}

/** Creates a folder for a test, with a function that removes it. */
export async function temporary(name: string): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), `phial-${name}-`))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

async function link(from: string, to: string): Promise<void> {
  if (existsSync(to)) return
  await mkdir(dirname(to), { recursive: true })
  await symlink(from, to)
}

/**
 * Unpacks the tarballs into `node_modules` of a folder. Links their dependencies from the workspace, so that no registry
 * is needed.
 */
export async function install(packed: Packed[], folder: string): Promise<void> {
  const modules = join(folder, 'node_modules')
  for (const { manifest, path, tarball } of packed) {
    const to = join(modules, manifest.name)
    await mkdir(to, { recursive: true })
    await execute('tar', ['-xzf', tarball, '-C', to, '--strip-components', '1'])
    for (const name of Object.keys(manifest.dependencies ?? {}))
      if (!packed.some((other) => other.manifest.name === name))
        await link(join(path, 'node_modules', name), join(modules, name))
  }
  await link(join(root, 'node_modules/@types/node'), join(modules, '@types/node'))
}
