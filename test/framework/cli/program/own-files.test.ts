import { expect, test } from 'vitest'
import { Phial } from '../../../../packages/framework/src/app.ts'
import { ownFiles } from '../../../../packages/framework/src/cli/program/own-files.ts'
import type { Program } from '../../../../packages/framework/src/cli/program/program.ts'

test('code of the folder and of the app’s, and no other', async () => {
  const app = new Phial(import.meta.url)
  const files = [
    '/site/app.ts',
    '/site/data.json',
    '/sites/app.ts',
    '/packages/phial/index.js',
    `${app.rootPath}/a.mjs`,
  ]
  const program = { folder: '/site', files: new Set(files) } as unknown as Program
  expect(await ownFiles(program, app)).toEqual(['/site/app.ts', `${app.rootPath}/a.mjs`])
})
