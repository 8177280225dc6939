import { expect, test } from 'vitest'
import { make } from '../../../packages/cli/src/run/maker.ts'
import { appSaying, siteWith } from '../support/site.ts'

test('watches the files that the app was created from, and env files that do not exist yet', async () => {
  await using site = await siteWith({ 'app.mjs': appSaying("'one'"), 'own.env': 'MADE_BY=maker' })
  const files: string[] = []
  const told = { isDebug: false, isDrawn: false, isLive: false, envFile: ['own.env'] }
  const made = await make({ app: 'app', folder: site.path, told }, (file) => files.push(file))
  expect(files.map((file) => file.replace(`${site.path}/`, ''))).toEqual(
    expect.arrayContaining(['own.env', '.env', '.phialenv', 'app.mjs']),
  )
  expect(made).toHaveProperty('wsgiApp')
  expect(process.env['MADE_BY']).toBe('maker')
  delete process.env['MADE_BY']
  delete process.env['PHIAL_DEBUG']
})
