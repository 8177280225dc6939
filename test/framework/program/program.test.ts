import { expect, test } from 'vitest'
import { Phial } from '../../../packages/framework/src/app.ts'
import { findApp, Program } from '../../../packages/framework/src/program/program.ts'
import { siteWith } from '../../cli/support/site.ts'

test('PHIAL_APP selects the app, also from .phialenv, and --app overrides it', async () => {
  const app = (name: string): string =>
    `import { Phial } from 'phial'\nexport const app = new Phial(import.meta.url, { staticFolder: null })\napp.get('/${name}', () => '')`
  await using site = await siteWith({
    'one.ts': app('one'),
    'two.ts': app('two'),
    '.phialenv': 'PHIAL_APP=one:app',
  })
  expect((await site.run(['routes'])).stdout).toContain('/one')
  expect((await site.run(['routes'], { PHIAL_APP: 'two' })).stdout).toContain('/two')
  expect((await site.run(['--app', 'two', 'routes'])).stdout).toContain('/two')
})

test.for<[argv: string[], files: Record<string, string>, code: number, line: RegExp]>([
  [['routes'], {}, 4, /^No app was found: /],
  [['--app', 'nope', 'routes'], {}, 4, /^cannot find module nope in /],
  [['routes'], { 'app.ts': 'export const x = 1' }, 4, /^app\.ts exports no application as default/],
  [['routes'], { 'app.ts': 'const = 1' }, 4, /^importing app\.ts failed: .*app\.ts:1:6: ERROR/],
  [
    ['routes'],
    { 'app.mjs': 'export const app = (environ, start) => []' },
    4,
    /^app is an application, but not a Phial app, so only phial run supports it/,
  ],
  [['-e', 'no.env', 'routes'], {}, 1, /^Cannot read the env file .*no\.env \(ENOENT\)/],
])('%j with the files %j exits with %i and prints one line', async ([argv, files, code, line]) => {
  await using site = await siteWith(files)
  const ended = await site.run(argv)
  expect([ended.code, ended.stdout, ended.stderr.split('\n')[0]]).toEqual([
    code,
    '',
    expect.stringMatching(line),
  ])
})

test('finds the given app, or else wsgi, or else app, with any extension', async () => {
  await using site = await siteWith({ 'app.mts': '', 'other.ts': '' })
  expect(findApp('other:app', site.path)).toBe('other:app')
  expect(findApp(undefined, site.path)).toBe('app')
  await site.write('wsgi.js', '')
  expect(findApp('', site.path)).toBe('wsgi')
})

test('throws if no app is given or found', async () => {
  await using site = await siteWith({ 'site.ts': '' })
  expect(() => findApp(undefined, site.path)).toThrow(
    `No app was found: ${site.path} has neither an app.ts nor a wsgi.ts (.mts .js .mjs .cjs work, too). Pass the app with phial --app module:app …, or set PHIAL_APP.`,
  )
})

test('ownFiles returns only code files in the working folder and in the app’s folder', async () => {
  const app = new Phial(import.meta.url)
  const files = [
    '/site/app.ts',
    '/site/data.json',
    '/sites/app.ts',
    '/packages/phial/index.js',
    `${app.rootPath}/a.mjs`,
  ]
  const output = { stdout: () => undefined, stderr: () => undefined }
  const loader = { loadApplication: () => Promise.resolve(app), parseEnvFile: () => ({}) }
  const program = new Program(
    { folder: '/site', env: {}, output, loader },
    { app: undefined, envFile: [] },
  )
  for (const file of files) program.files.add(file)
  expect(await program.ownFiles(app)).toEqual(['/site/app.ts', `${app.rootPath}/a.mjs`])
})
