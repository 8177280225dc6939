import { expect, test } from 'vitest'
import { runToEnd } from './support/command.ts'
import { folderWith } from './support/folder.ts'

test('the process ends with the code of the command, whatever the application still has to do', async () => {
  await using folder = await folderWith({
    'app.mjs': 'setInterval(() => {}, 1000)\nexport const app = (environ, startResponse) => []\n',
  })
  expect(await runToEnd(['--check-config', 'app'], { cwd: folder.path })).toMatchObject({ code: 0 })
  expect(await runToEnd(['--check-config', 'app:nope'], { cwd: folder.path })).toMatchObject({
    code: 4,
  })
})
