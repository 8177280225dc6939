import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { checkPackage, createPackageFromTarballData, type Problem } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { install, pack, packAll, type Packed, temporary } from './packed.ts'
import { packages, root } from './workspace.ts'

const execute = promisify(execFile)
const tsc = join(root, 'node_modules/typescript/bin/tsc')

const folder = await temporary('packed')
afterAll(() => folder.remove())

/** Returns the messages of publint about a tarball. */
async function lintsOf({ manifest, tarball }: Packed): Promise<string[]> {
  const bytes = await readFile(tarball)
  const data = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  const { messages } = await publint({ strict: true, pack: { tarball: data } })
  return messages.map(
    (message) => formatMessage(message, manifest, { color: false }) ?? message.code,
  )
}

/** Ignores problems for CommonJS and Node 10, because we publish only ES modules. */
const asked = (problem: Problem): boolean =>
  !('resolutionKind' in problem && /^(node10|node16-cjs)$/.test(problem.resolutionKind))

/** Describes the faults of a tarball's types. */
async function typeFaultsOf({ manifest, tarball }: Packed): Promise<string[]> {
  // A package that is only a command has no exports.
  if ('bin' in manifest && !('exports' in manifest)) return []
  const result = await checkPackage(createPackageFromTarballData(await readFile(tarball)))
  if (result.types === false) return ['has no types']
  return result.problems.filter(asked).map((problem) => JSON.stringify(problem))
}

/** Type-checks `main.ts` in a folder like a user's compiler, including libraries. */
async function compile(at: string, resolution: 'nodenext' | 'bundler'): Promise<string> {
  const module = resolution === 'bundler' ? 'esnext' : resolution
  const options = `--strict --noEmit --skipLibCheck false --target es2023 --types node --module ${module} --moduleResolution ${resolution}`
  const args = [tsc, ...options.split(' '), 'main.ts']
  return execute(process.execPath, args, { cwd: at }).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  )
}

/** Every entry point of every package, as listed in `exports`. */
const entries = packages.flatMap(({ manifest }) => {
  const { exports = {} } = manifest as { exports?: Record<string, unknown> }
  return Object.keys(exports)
    .filter((key) => !key.endsWith('.json'))
    .map((key) => manifest.name + key.slice(1))
})

describe('a packed package', { timeout: 60_000 }, () => {
  let packed: Packed[] = []
  beforeAll(async () => {
    packed = await packAll(folder.path)
  }, 120_000)

  test.for(packages)(
    '$folder contains its README and its licence, and no leftovers',
    async ({ folder: name }) => {
      for (const item of packed.filter((other) => other.folder === name)) {
        const { stdout } = await execute('tar', ['-tzf', item.tarball])
        const inside = stdout.trim().split('\n')
        const wanted = ['package/LICENSE', 'package/README.md', 'package/package.json']
        expect(wanted.filter((path) => !inside.includes(path))).toEqual([])
        // A template contains tests.
        const own = inside.filter((path) => !path.startsWith('package/dist/templates/'))
        expect(own.filter((path) => /tsbuildinfo|node_modules|\.test\./.test(path))).toEqual([])
      }
    },
  )

  test.for(packages)('$folder has no faults according to publint', async ({ folder: name }) => {
    for (const item of packed.filter((other) => other.folder === name))
      expect(await lintsOf(item)).toEqual([])
  })

  test.for(packages)('$folder has correct types', async ({ folder: name }) => {
    for (const item of packed.filter((other) => other.folder === name))
      expect(await typeFaultsOf(item)).toEqual([])
  })

  test('a user’s compiler and Node find every entry point', { timeout: 120_000 }, async () => {
    const user = join(folder.path, 'user')
    await install(packed, user)
    const lines = entries.map((door, index) => `import * as door${index} from '${door}'`)
    const names = entries.map((_, index) => `door${index}`).join(', ')
    await writeFile(join(user, 'package.json'), '{ "type": "module" }')
    await writeFile(
      join(user, 'main.ts'),
      `${lines.join('\n')}\nexport const entries = [${names}]\n`,
    )
    await writeFile(join(user, 'main.js'), `${lines.join('\n')}\nconsole.log([${names}].length)\n`)
    expect(await compile(user, 'nodenext')).toBe('')
    expect(await compile(user, 'bundler')).toBe('')
    const { stdout } = await execute(process.execPath, ['main.js'], { cwd: user })
    expect(stdout.trim()).toBe(String(entries.length))
  })

  test('a user’s compiler sees our types instead of any', { timeout: 120_000 }, async () => {
    const user = join(folder.path, 'wrong')
    await install(packed, user)
    await writeFile(join(user, 'package.json'), '{ "type": "module" }')
    const lines = [
      "import type { Application } from '@phial/core'",
      'export const good: Application = () => [new Uint8Array()]',
      'export const bad: Application = () => 7',
    ]
    await writeFile(join(user, 'main.ts'), lines.join('\n'))
    expect(await compile(user, 'nodenext')).toMatch(/^main\.ts\(3,\d+\): error TS2322/)
  })
})

describe('the checks of a package', () => {
  test('find an entry point without a file, and missing types', { timeout: 60_000 }, async () => {
    const path = join(folder.path, 'broken-source')
    const exports = { '.': { types: './index.d.ts', default: './gone.js' } }
    const manifest = { name: 'broken', version: '1.0.0', type: 'module', license: 'MIT', exports }
    await mkdir(path)
    await writeFile(join(path, 'package.json'), JSON.stringify(manifest))
    await writeFile(join(path, 'index.js'), 'export {}')
    const broken = await pack({ folder: 'broken', path, manifest }, folder.path)
    expect((await lintsOf(broken)).join()).toMatch(/does not exist/)
    expect(await typeFaultsOf(broken)).not.toEqual([])
    await rm(path, { recursive: true })
    expect(existsSync(path)).toBe(false)
  })
})
