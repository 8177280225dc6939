import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildTemplates } from '../../packages/create-phial/make/make.ts'
import { create } from '../../packages/create-phial/src/create.ts'
import { templateNames } from '../../packages/create-phial/src/templates.ts'
import { temporaryFolder } from './support/command.ts'

const templates = mkdtempSync(join(tmpdir(), 'phial-templates-'))
beforeAll(() => buildTemplates(templates))
afterAll(() => rmSync(templates, { recursive: true }))

/** Runs the command without a terminal. */
async function command(
  cwd: string,
  args: string[],
  env: NodeJS.ProcessEnv = {},
  isTerminal = false,
) {
  let printed = ''
  let complained = ''
  const code = await create(args, {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    templates,
    isTerminal,
    print: (text) => (printed += text),
    printError: (text) => (complained += text),
  })
  return { code, printed, complained }
}

const bare = ['--no-install', '--no-git']
const read = (...path: string[]): string => readFileSync(join(...path), 'utf8')

describe('an application', () => {
  test.for(templateNames)('is created from the template %s', async (template) => {
    const cwd = temporaryFolder()
    const { code, printed } = await command(cwd, ['shop', '--template', template, ...bare])
    expect(code).toBe(0)
    expect(printed).toContain('  cd shop\n  npm install\n  npm run dev\n')
    expect(JSON.parse(read(cwd, 'shop/package.json'))).toMatchObject({
      name: 'shop',
      private: true,
    })
    expect(readdirSync(cwd)).toEqual(['shop'])
    const names = readdirSync(join(cwd, 'shop'))
    expect(names).toEqual(expect.arrayContaining(['.gitignore', '.env.example', 'Dockerfile']))
    expect(names.filter((name) => /^_|\.pnpm$|^\.git$|node_modules/.test(name))).toEqual([])
  })

  test('uses the default template and folder without arguments', async () => {
    const cwd = temporaryFolder()
    expect((await command(cwd, bare)).printed).toContain(
      'Created phial-app from the template minimal.',
    )
    expect(readdirSync(cwd)).toEqual(['phial-app'])
  })

  test('uses the commands of the package manager that started it', async () => {
    const cwd = temporaryFolder()
    const pnpm = { npm_config_user_agent: 'pnpm/12.0.0 npm/? node/v24.0.0' }
    const { printed } = await command(cwd, ['shop', ...bare], pnpm)
    expect(printed).toContain('  pnpm install\n  pnpm dev\n')
    expect(read(cwd, 'shop/README.md')).toContain('pnpm check  ')
    expect(existsSync(join(cwd, 'shop/pnpm-workspace.yaml'))).toBe(true)
  })

  test('is created in the current folder, with a repository', async () => {
    const cwd = join(temporaryFolder(), 'my shop')
    mkdirSync(cwd)
    expect((await command(cwd, ['.', '--no-install'])).complained).toContain('Try my-shop')
    mkdirSync(join(cwd, 'my-shop'))
    const { printed } = await command(join(cwd, 'my-shop'), ['.', '--no-install'])
    expect(printed).not.toContain('cd ')
    expect(existsSync(join(cwd, 'my-shop/.git/HEAD'))).toBe(true)
  })
})

test.for([['1'], ['true'], ['yes']])('asks nothing in CI: CI=%s', async ([CI]) => {
  const { code } = await command(temporaryFolder(), ['shop', ...bare], { CI }, true)
  expect(code).toBe(0)
})

test('asks nothing with --yes', async () => {
  expect((await command(temporaryFolder(), ['--yes', ...bare], {}, true)).code).toBe(0)
})

test('--help and --version only print', async () => {
  const cwd = temporaryFolder()
  expect((await command(cwd, ['--help'])).printed).toMatch(/^Usage: npm create phial /)
  expect((await command(cwd, ['--version'])).printed).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect(readdirSync(cwd)).toEqual([])
})

test.for([
  [['shop', '--template', 'blgo'], 2],
  [['shop', '--colour'], 2],
  [['My Shop'], 2],
  [['taken'], 1],
  [['full'], 1],
  [['full', '--force'], 1],
  [['taken/inner'], 1],
  [['x'.repeat(300)], 2],
] as const)('%j prints one line and writes nothing', async ([args, exitCode]) => {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'taken'), '')
  mkdirSync(join(cwd, 'full'))
  writeFileSync(join(cwd, 'full/README.md'), 'mine')
  const { code, printed, complained } = await command(cwd, [...args])
  expect([code, printed]).toEqual([exitCode, ''])
  expect(complained).toMatch(/^create-phial: .+\n$/)
  expect(readdirSync(cwd, { recursive: true, encoding: 'utf8' }).toSorted()).toEqual([
    'full',
    'full/README.md',
    'taken',
  ])
})
