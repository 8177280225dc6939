import { spawnSync } from 'node:child_process'
import { cp, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { siteWith } from '../../cli/support/site.ts'
import { onNode } from '../../support/old-node.ts'

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

const greeting = (ending: string): Record<string, string> => ({
  [`app.${ending}`]: `import { Phial } from 'phial'
export const app = new Phial(import.meta.url)
app.cli.command('greet <name>', 'Greets', ({ name }, { echo }) => echo('Hello ' + name))`,
})

test.for(['ts', 'js'])(
  'a production install runs the commands of an app in .%s, and no other',
  async (ending) => {
    await using site = await siteWith(greeting(ending), ['core', 'server', 'framework'])
    expect(await site.run(['greet', 'ada'])).toEqual({ code: 0, stdout: 'Hello ada\n', stderr: '' })
    expect(await site.run(['routes'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'phial routes comes with the package @phial/cli, which is not installed: npm install --save-dev @phial/cli\n',
    })
  },
)

test('without @phial/server it says that an app cannot be loaded', async () => {
  await using site = await siteWith(greeting('js'), ['core'])
  // A copy: from a link, Node would look for other packages in this workspace.
  const original = fileURLToPath(new URL('../../../packages/framework', import.meta.url))
  const copy = join(site.path, 'node_modules/phial')
  for (const name of ['bin', 'dist', 'package.json'])
    await cp(join(original, name), join(copy, name), { recursive: true })
  await symlink(join(original, 'node_modules'), join(copy, 'node_modules'))
  const words = [join(copy, 'bin/phial.js'), 'greet', 'ada']
  const { status, stderr } = spawnSync(process.execPath, words, { cwd: site.path, env: {} })
  expect([status, stderr.toString()]).toEqual([
    1,
    'phial loads an app with the package @phial/server, which is not installed: npm install @phial/server\n',
  ])
})

test.for(['18.20.8', '20.18.3'])('on Node %s it says which one it needs', async (version) => {
  const bin = fileURLToPath(new URL('../../../packages/framework/bin/phial.js', import.meta.url))
  expect(await onNode(version, bin)).toBe(
    `phial: Phial needs Node.js 20.19 or later. This is v${version}: https://nodejs.org\n`,
  )
})
