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

/** What publint says of a tarball, as text. */
async function lintsOf({ manifest, tarball }: Packed): Promise<string[]> {
  const bytes = await readFile(tarball)
  const data = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  const { messages } = await publint({ strict: true, pack: { tarball: data } })
  return messages.map(
    (message) => formatMessage(message, manifest, { color: false }) ?? message.code,
  )
}

/** We publish ES modules alone: how CommonJS and Node 10 would see them is not asked. */
const asked = (problem: Problem): boolean =>
  !('resolutionKind' in problem && /^(node10|node16-cjs)$/.test(problem.resolutionKind))

/** What is wrong with a tarball's types, as text. */
async function typeFaultsOf({ manifest, tarball }: Packed): Promise<string[]> {
  // A package that is a command alone has nothing to import.
  if ('bin' in manifest && !('exports' in manifest)) return []
  const result = await checkPackage(createPackageFromTarballData(await readFile(tarball)))
  if (result.types === false) return ['has no types']
  return result.problems.filter(asked).map((problem) => JSON.stringify(problem))
}

/** Type-checks `main.ts` of a folder as a user's compiler would, libraries included. */
async function compile(at: string, resolution: 'nodenext' | 'bundler'): Promise<string> {
  const module = resolution === 'bundler' ? 'esnext' : resolution
  const options = `--strict --noEmit --skipLibCheck false --target es2023 --types node --module ${module} --moduleResolution ${resolution}`
  const args = [tsc, ...options.split(' '), 'main.ts']
  return execute(process.execPath, args, { cwd: at }).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  )
}

/** Every door of every package: what `exports` names. */
const doors = packages.flatMap(({ manifest }) => {
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
    '$folder: holds its page, its licence and no leftovers',
    async ({ folder: name }) => {
      for (const item of packed.filter((other) => other.folder === name)) {
        const { stdout } = await execute('tar', ['-tzf', item.tarball])
        const inside = stdout.trim().split('\n')
        const wanted = ['package/LICENSE', 'package/README.md', 'package/package.json']
        expect(wanted.filter((path) => !inside.includes(path))).toEqual([])
        // A template has its tests.
        const own = inside.filter((path) => !path.startsWith('package/dist/templates/'))
        expect(own.filter((path) => /tsbuildinfo|node_modules|\.test\./.test(path))).toEqual([])
      }
    },
  )

  test.for(packages)('$folder: publint has nothing to say', async ({ folder: name }) => {
    for (const item of packed.filter((other) => other.folder === name))
      expect(await lintsOf(item)).toEqual([])
  })

  test.for(packages)('$folder: the types are not wrong', async ({ folder: name }) => {
    for (const item of packed.filter((other) => other.folder === name))
      expect(await typeFaultsOf(item)).toEqual([])
  })

  test('a user’s compiler and Node find every door', { timeout: 120_000 }, async () => {
    const user = join(folder.path, 'user')
    await install(packed, user)
    const lines = doors.map((door, index) => `import * as door${index} from '${door}'`)
    const names = doors.map((_, index) => `door${index}`).join(', ')
    await writeFile(join(user, 'package.json'), '{ "type": "module" }')
    await writeFile(join(user, 'main.ts'), `${lines.join('\n')}\nexport const doors = [${names}]\n`)
    await writeFile(join(user, 'main.js'), `${lines.join('\n')}\nconsole.log([${names}].length)\n`)
    expect(await compile(user, 'nodenext')).toBe('')
    expect(await compile(user, 'bundler')).toBe('')
    const { stdout } = await execute(process.execPath, ['main.js'], { cwd: user })
    expect(stdout.trim()).toBe(String(doors.length))
  })

  test('a user’s compiler sees our types, not any', { timeout: 120_000 }, async () => {
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
  test(
    'see a door that leads nowhere, and types that are missing',
    { timeout: 60_000 },
    async () => {
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
    },
  )
})
