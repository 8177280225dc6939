import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { importOf } from '../../../packages/cli/src/xray/imported.ts'
import { siteWith } from '../support/site.ts'

const app = (): Uint8Array[] => []

test.for([
  ['app:app', "import { app } from './app.ts'", 'app'],
  ['src/app:site.handle', "import { site } from './app.ts'", 'site.handle'],
  ['app:createApp("x")', "import { createApp } from './app.ts'", 'await createApp("x")'],
] as const)('returns the import for %s', async ([spec, statement, expression]) => {
  expect(await importOf(spec, '/site/app.ts', app, '/site')).toEqual({ statement, expression })
})

test('imports from another folder', async () => {
  const { statement } = await importOf('app:app', '/site/app.ts', app, '/site/test')
  expect(statement).toBe("import { app } from '../app.ts'")
})

test.for([
  ['export const application = () => []', 'import { application }', 'application'],
  ['export default () => []', 'import app', 'app'],
  ['export const createApp = () => () => []', 'import { createApp }', 'await createApp()'],
] as const)('without a name in the target, imports %s', async ([source, statement, expression]) => {
  await using site = await siteWith({ 'app.mjs': source })
  const file = `${site.path}/app.mjs`
  const made = Object.values((await import(pathToFileURL(file).href)) as object)[0] as typeof app
  expect(await importOf('app', file, made, site.path)).toEqual({
    statement: `${statement} from './app.mjs'`,
    expression,
  })
})
