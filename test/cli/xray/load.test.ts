import { loadApplication, parseEnvFile } from '@phial/server/load'
import { Program } from 'phial/tools'
import { expect, test } from 'vitest'
import { load } from '../../../packages/cli/src/xray/load.ts'
import { siteWith } from '../support/site.ts'

const program = (folder: string): Program =>
  new Program(
    {
      folder,
      env: {},
      output: { stdout: () => undefined, stderr: () => undefined },
      loader: { loadApplication, parseEnvFile },
    },
    { app: undefined, envFile: [] },
  )

test('loads X-ray and the application, and returns its file', async () => {
  await using site = await siteWith({
    'app.mjs': 'export const app = (e, s) => (s("200 OK", []), [])',
  })
  const loaded = await load('app:app', program(site.path))
  expect(loaded.file).toBe(`${site.path}/app.mjs`)
  const { picture } = await loaded.module.record(loaded.app)
  expect(picture.top?.name).toBe('app')
})

test('throws if the application cannot be loaded', async () => {
  await using site = await siteWith({})
  await expect(load('app:app', program(site.path))).rejects.toMatchObject({
    name: 'CommandError',
    exitCode: 4,
  })
})
