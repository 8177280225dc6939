import { expect, test } from 'vitest'
import { siteWith } from './program/support.ts'

test('what is printed arrives whole, and the exit code with it, whatever the app has open', async () => {
  const lines =
    "app.cli.command('lines', 'Prints', (_, { echo }) => { for (let i = 0; i < 20000; i += 1) echo('line ' + i) })"
  await using site = await siteWith({
    'app.ts': `import { Phial } from 'phial'\nexport const app = new Phial(import.meta.url)\n${lines}\nsetInterval(() => undefined, 1e6)`,
  })
  const { code, stdout } = await site.run(['lines'])
  expect(code).toBe(0)
  expect(stdout.match(/^line \d+$/gm)).toHaveLength(20_000)
})

test('whoever reads may leave', async () => {
  await using site = await siteWith({})
  await using command = site.start(['--help'])
  command.stopReading()
  expect((await command.ended).code).toBe(0)
})
