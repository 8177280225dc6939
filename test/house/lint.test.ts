/** Runs the linter with our configuration on a workspace of faults. It must find exactly these faults. */
import { execFile } from 'node:child_process'
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporary } from './packed.ts'
import { root } from './workspace.ts'

const execute = promisify(execFile)

/** Faulty sources by path, each with the rule that it breaks. */
const faults: [path: string, source: string, rule: string][] = [
  [
    'packages/core/src/floating.ts',
    'async function go(): Promise<void> {}\nexport function f(): void {\n  go()\n}',
    'no-floating-promises',
  ],
  [
    'packages/core/src/misused.ts',
    'export const f = (on: (run: () => void) => void): void => on(async () => undefined)',
    'no-misused-promises',
  ],
  [
    'packages/core/src/awaits.ts',
    'export async function f(): Promise<void> {\n  await 1\n}',
    'await-thenable',
  ],
  ['packages/core/src/any.ts', 'export const x: any = 1', 'no-explicit-any'],
  [
    'packages/core/src/hidden.ts',
    "export const x = JSON.parse('1').y as string",
    'no-unsafe-member-access',
  ],
  [
    'packages/core/src/bang.ts',
    'export const f = (x: string[] | undefined): string[] => x!',
    'no-non-null-assertion',
  ],
  ['packages/core/src/ignored.ts', '// @ts-ignore\nexport const x = 1', 'ban-ts-comment'],
  [
    'packages/core/src/swallowed.ts',
    'export function f(run: () => void): void {\n  try {\n    run()\n  } catch {}\n}',
    'no-empty',
  ],
  [
    'packages/core/src/above.ts',
    "import type { Below } from './below.ts'\n\nexport type Above = Below[]",
    'no-cycle',
  ],
  [
    'packages/core/src/below.ts',
    "import type { Above } from './above.ts'\n\nexport type Below = { above: Above }",
    'no-cycle',
  ],
  ['packages/core/src/node.ts', "export * from 'node:fs'", 'no-restricted-imports'],
  ['packages/core/src/process.ts', 'export const x: unknown = process', 'no-restricted-globals'],
  ['packages/core/src/buffer.ts', 'export const x: unknown = Buffer', 'no-restricted-globals'],
  ['packages/xray/src/node.ts', "export * from 'node:fs'", 'no-restricted-imports'],
  ['packages/xray/src/buffer.ts', 'export const x: unknown = Buffer', 'no-restricted-globals'],
  ['packages/server/src/up.ts', "export * from 'phial'", 'no-restricted-imports'],
  ['packages/framework/src/app.ts', "export * from '@phial/server'", 'no-restricted-imports'],
  ['packages/framework/src/cli.ts', "export * from '@phial/cli'", 'no-restricted-imports'],
  ['packages/create-phial/src/up.ts', "export * from '@phial/core'", 'no-restricted-imports'],
  [
    'test/core/only.test.ts',
    "import { test } from 'vitest'\n\ntest.only('x', () => {})",
    'no-focused-tests',
  ],
]

/** Ordinary good code, which must be accepted. */
const good: [path: string, source: string][] = [
  ['packages/core/src/good.ts', "export const x = /[\\0-\\x1f]/.test(['b', 'a'].sort().join())"],
  ['packages/cli/src/run.ts', "export * from '@phial/server'"],
  ['packages/cli/src/tools.ts', "export * from 'phial/tools'"],
  ['packages/server/src/down.ts', "export * from '@phial/core/conformance'"],
  ['packages/server/bin/command.js', "import '../dist/main.js'"],
]

interface Report {
  diagnostics: { code: string; filename: string }[]
}

describe('the linter', () => {
  let found: string[] = []
  let remove = (): Promise<void> => Promise.resolve()
  afterAll(() => remove())

  beforeAll(async () => {
    const folder = await temporary('lint')
    remove = folder.remove
    await cp(join(root, '.oxlintrc.json'), join(folder.path, '.oxlintrc.json'))
    await cp(join(root, 'tsconfig.json'), join(folder.path, 'tsconfig.json'))
    await symlink(join(root, 'node_modules'), join(folder.path, 'node_modules'))
    const tsconfig = JSON.stringify({ extends: '../../tsconfig.json', include: ['**/*.ts'] })
    for (const [path, source] of [...faults, ...good]) {
      await mkdir(dirname(join(folder.path, path)), { recursive: true })
      await writeFile(join(folder.path, path), `${source}\n`)
      const [parent = '', name = ''] = path.split('/')
      await writeFile(join(folder.path, parent, name, 'tsconfig.json'), tsconfig)
    }
    const args = [
      join(root, 'node_modules/oxlint/bin/oxlint'),
      '--type-aware',
      '-f',
      'json',
      'packages',
      'test',
    ]
    const output = await execute(process.execPath, args, { cwd: folder.path }).then(
      ({ stdout }) => stdout,
      (error: { stdout: string }) => error.stdout,
    )
    const { diagnostics } = JSON.parse(output) as Report
    found = diagnostics.map(
      ({ filename, code }) => `${filename}: ${/\((.*)\)/.exec(code)?.[1] ?? code}`,
    )
  }, 60_000)

  test.for(faults)('finds the fault in %s', ([path, , rule]) => {
    expect(found).toContain(`${path}: ${rule}`)
  })

  test.for(good)('accepts %s', ([path]) => {
    expect(found.filter((line) => line.startsWith(path))).toEqual([])
  })
})
