/** `pnpm new` without the installation, which needs a registry: matrix.test.ts tests that. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../house/workspace.ts'
import { plainEnvironment, temporaryFolder } from '../support/command.ts'
import { type Ended, run } from '../support/run.ts'

const script = join(root, 'packages/create-phial/make/new.ts')

/** Runs the script as pnpm does: at the top of the repository, with the user's folder in `INIT_CWD`. */
const runNew = (cwd: string, ...args: string[]): Promise<Ended> =>
  run(process.execPath, ['--import', 'tsx', script, ...args], {
    cwd: root,
    env: plainEnvironment({ INIT_CWD: cwd, npm_config_user_agent: 'pnpm/12.0.0 npm/?' }),
  })

interface Manifest {
  name: string
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
}

const manifestOf = (app: string): Manifest =>
  JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')) as Manifest

/** The dependencies on packages of this repository. */
function ours({ dependencies, devDependencies }: Manifest): string[][] {
  const all = Object.entries({ ...dependencies, ...devDependencies })
  return all.filter(([name]) => name === 'phial' || name.startsWith('@phial/'))
}

test('creates an application that contains the packages of Phial as tarballs', async () => {
  const cwd = temporaryFolder()
  const options = ['--template', 'site', '--no-install', '--no-git']
  const { code, stdout } = await runNew(cwd, 'shop', ...options)
  expect(code).toBe(0)
  // The commands are npm's, although pnpm ran the script, because npx does not install pnpm permanently.
  expect(stdout).toContain('  cd shop\n  npm install\n  npm run dev\n')
  const app = join(cwd, 'shop')
  const names = ours(manifestOf(app)).map(([name]) => name)
  const all = ['@phial/cli', '@phial/core', '@phial/server', '@phial/xray', 'phial']
  expect(new Set(names)).toEqual(new Set(all))
  for (const [, range = ''] of ours(manifestOf(app))) {
    expect(range).toMatch(/^file:vendor\//)
    expect(existsSync(join(app, range.slice('file:'.length)))).toBe(true)
  }
  expect(readFileSync(join(app, 'Dockerfile'), 'utf8')).toContain('COPY vendor ./vendor\n')
  expect(readFileSync(join(app, 'README.md'), 'utf8')).toContain('`vendor/`')
})

test('with --empty, creates only a package.json that depends on Phial', async () => {
  const cwd = temporaryFolder()
  expect((await runNew(cwd, '--empty', 'recipes', '--no-install')).code).toBe(0)
  const app = join(cwd, 'recipes')
  expect(readdirSync(app).toSorted()).toEqual(['package.json', 'vendor'])
  expect(manifestOf(app).name).toBe('recipes')
  expect(readdirSync(join(app, 'vendor'))).toHaveLength(ours(manifestOf(app)).length)
})

test('exits with 2 and prints one line if --empty has no folder', async () => {
  const { code, stderr } = await runNew(temporaryFolder(), '--empty')
  expect(code).toBe(2)
  expect(stderr).toBe('create-phial: Missing folder. Run npx -y pnpm@12 new --empty ../my-app.\n')
})
