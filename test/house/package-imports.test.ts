import { describe, expect, test } from 'vitest'
import { opensContext, importsOutside, wrongImports } from './package-imports.ts'
import { files, packages, read, sources } from './workspace.ts'

const declared = (path: string): string[] => {
  const manifest = packages.find(({ folder }) => path.startsWith(`packages/${folder}/`))?.manifest
  return Object.keys({ ...manifest?.dependencies, ...manifest?.peerDependencies })
}

describe('imports between packages', () => {
  test('all imports are allowed', () => {
    expect(sources().flatMap((path) => wrongImports(path, read(path), declared(path)))).toEqual([])
  })

  test.for([
    ['core/src/a.ts', "import { readFile } from 'node:fs'", 'needs Node'],
    ['core/src/a.ts', "export const load = () => import('node:fs')", 'needs Node'],
    ['core/src/a.ts', "export * from '@phial/server'", 'not a lower package'],
    ['core/src/a.ts', "import type { Eta } from 'eta'", 'not a dependency'],
    ['core/src/a.ts', "import { x } from '../../server/src/x.ts'", 'leaves its package'],
    ['core/src/a.ts', "import x from '../package.json'", 'leaves its package'],
    ['server/src/a.ts', "import { Phial } from 'phial'", 'not a lower package'],
    [
      'framework/src/app.ts',
      "export const run = () => import('@phial/server')",
      'not a lower package',
    ],
    [
      'framework/src/program/main.ts',
      "import { serve } from '@phial/server'",
      'not a lower package',
    ],
    ['framework/src/app.ts', "import { runCommand } from '@phial/cli'", 'not a lower package'],
    ['cli/src/a.ts', "import { x } from 'create-phial'", 'not a lower package'],
    ['xray/src/a.ts', "import { serve } from '@phial/server'", 'not a lower package'],
    ['create-phial/src/a.ts', "import { call } from '@phial/core'", 'not a lower package'],
  ])('packages/%s: %s', ([file = '', source = '', fault]) => {
    expect(
      wrongImports(`packages/${file}`, source, ['phial', '@phial/server', '@phial/core']),
    ).toEqual([expect.stringContaining(fault ?? '')])
  })

  test.for([
    ['core/src/middleware/a.ts', "import { x } from '../x.ts'"],
    ['core/src/a.ts', "// import { readFile } from 'node:fs'"],
    ['server/src/a.ts', "import { cases } from '@phial/core/conformance'"],
    ['server/src/a.ts', "import { createServer } from 'node:http'"],
    ['cli/src/run/serve.ts', "import { serve } from '@phial/server'"],
    ['cli/src/a.ts', "import { Phial } from 'phial'"],
  ])('packages/%s may contain: %s', ([file = '', source = '']) => {
    expect(
      wrongImports(`packages/${file}`, source, ['@phial/server', '@phial/core', 'phial']),
    ).toEqual([])
  })

  test('reports a dependency that package.json does not list', () => {
    expect(
      wrongImports('packages/server/src/a.ts', "import x from 'left-pad'", ['cac']),
    ).toHaveLength(1)
    expect(wrongImports('packages/server/src/a.ts', "import x from 'cac/deno'", ['cac'])).toEqual(
      [],
    )
  })
})

describe('an example', () => {
  test('imports nothing outside its folder', () => {
    const programs = files('examples', '.ts')
    expect(programs.length).toBeGreaterThan(0)
    expect(programs.flatMap((path) => importsOutside(path, read(path)))).toEqual([])
  })

  test.for([
    ["import { app } from './app.ts'", 0],
    ["import { app } from '../app.ts'", 0],
    ["import { call } from '@phial/core'", 0],
    ["import { x } from '../../../packages/core/src/index.ts'", 1],
    ["import { x } from '../../blog/app.ts'", 1],
  ] as const)('allows or reports: %s', ([source, faults]) => {
    expect(importsOutside('examples/site/views/a.ts', source)).toHaveLength(faults)
  })
})

describe('AsyncLocalStorage', () => {
  test('is imported in exactly one file, in the framework', () => {
    const found = sources().filter((path) => opensContext(path, read(path)))
    expect(found).toEqual([expect.stringMatching(/^packages\/framework\/src\//)])
  })

  test('is found in every form of import', () => {
    expect(opensContext('a.ts', "import { AsyncLocalStorage } from 'node:async_hooks'")).toBe(true)
    expect(opensContext('a.ts', "import { AsyncLocalStorage as S } from 'async_hooks'")).toBe(true)
    expect(opensContext('a.ts', "import * as hooks from 'node:async_hooks'")).toBe(true)
    expect(opensContext('a.ts', "import { executionAsyncId } from 'node:async_hooks'")).toBe(false)
  })
})
