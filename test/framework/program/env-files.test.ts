import { expect, test } from 'vitest'
import { envFiles, withEnvFiles } from '../../../packages/framework/src/program/env-files.ts'
import { siteWith } from '../../cli/support/site.ts'

test('.env and .phialenv: the environment: the real one wins, then what was named, .env, .phialenv', async () => {
  await using site = await siteWith({
    'named.env': 'A=named\nB=named',
    '.env': '# secrets\nexport A=env\nB=env\nC="env, quoted"\nR=env',
    '.phialenv': 'A=phialenv\nC=phialenv\nD=phialenv',
  })
  expect(withEnvFiles({ R: 'real' }, site.path, ['named.env'])).toEqual({
    A: 'named',
    B: 'named',
    C: 'env, quoted',
    D: 'phialenv',
    R: 'real',
  })
  expect(envFiles('/site', ['../a.env'])).toEqual(['/a.env', '/site/.env', '/site/.phialenv'])
})

test('a file that was named has to be there', async () => {
  await using site = await siteWith({})
  expect(withEnvFiles({}, site.path, [])).toEqual({})
  expect(() => withEnvFiles({}, site.path, ['no.env'])).toThrow(
    `${site.path}/no.env cannot be read (ENOENT). It was to set variables.`,
  )
})
