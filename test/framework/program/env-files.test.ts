import { parseEnvFile } from '@phial/server/load'
import { expect, test } from 'vitest'
import { envFiles, withEnvFiles } from '../../../packages/framework/src/program/env-files.ts'
import { siteWith } from '../../cli/support/site.ts'

test('the real environment precedes named env files, .env and .phialenv', async () => {
  await using site = await siteWith({
    'named.env': 'A=named\nB=named',
    '.env': '# secrets\nexport A=env\nB=env\nC="env, quoted"\nR=env',
    '.phialenv': 'A=phialenv\nC=phialenv\nD=phialenv',
  })
  const { env, files } = withEnvFiles({ R: 'real' }, site.path, ['named.env'], parseEnvFile)
  expect(env).toEqual({ A: 'named', B: 'named', C: 'env, quoted', D: 'phialenv', R: 'real' })
  expect(Object.fromEntries(files)).toEqual({
    A: `${site.path}/named.env`,
    B: `${site.path}/named.env`,
    C: `${site.path}/.env`,
    D: `${site.path}/.phialenv`,
  })
  expect(envFiles('/site', ['../a.env'])).toEqual(['/a.env', '/site/.env', '/site/.phialenv'])
})

test('throws if a named env file does not exist', async () => {
  await using site = await siteWith({})
  expect(withEnvFiles({}, site.path, [], parseEnvFile).env).toEqual({})
  expect(() => withEnvFiles({}, site.path, ['no.env'], parseEnvFile)).toThrow(
    `Cannot read the env file ${site.path}/no.env (ENOENT). Check the path after --env-file.`,
  )
})

test('reads all variables of .env despite a byte order mark and a line without =', async () => {
  const app = `import { Phial } from 'phial'
export const app = new Phial(import.meta.url)
const { FIRST, THIRD } = process.env
app.cli.command('show', 'Shows', (_, { echo }) => echo([FIRST, THIRD].join()))`
  await using site = await siteWith({ 'app.ts': app, '.env': '\uFEFFFIRST=1\nSECOND\nTHIRD=3' })
  expect(await site.run(['show'])).toEqual({ code: 0, stdout: '1,3\n', stderr: '' })
})
