import { spawnSync } from 'node:child_process'
import { cp, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { siteWith } from '../../cli/support/site.ts'
import { onNode } from '../../support/old-node.ts'

test('prints all output and exits, even if the app has an active timer', async () => {
  const lines =
    "app.cli.command('lines', 'Prints', (_, { echo }) => { for (let i = 0; i < 20000; i += 1) echo('line ' + i) })"
  await using site = await siteWith({
    'app.ts': `import { Phial } from 'phial'\nexport const app = new Phial(import.meta.url)\n${lines}\nsetInterval(() => undefined, 1e6)`,
  })
  const { code, stdout } = await site.run(['lines'])
  expect(code).toBe(0)
  expect(stdout.match(/^line \d+$/gm)).toHaveLength(20_000)
})

test('exits with 0 if the reader of its output closes the pipe', async () => {
  await using site = await siteWith({})
  await using command = site.start(['--help'])
  command.stopReading()
  expect((await command.ended).code).toBe(0)
})

const greeting = (extension: string): Record<string, string> => ({
  [`app.${extension}`]: `import { Phial } from 'phial'
export const app = new Phial(import.meta.url)
app.cli.command('greet <name>', 'Greets', ({ name }, { echo }) => echo('Hello ' + name))`,
})

test.for(['ts', 'js'])(
  'without @phial/cli, only the commands of an app in .%s run',
  async (extension) => {
    await using site = await siteWith(greeting(extension), ['core', 'server', 'framework'])
    expect(await site.run(['greet', 'ada'])).toEqual({ code: 0, stdout: 'Hello ada\n', stderr: '' })
    expect(await site.run(['routes'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'phial routes requires the package @phial/cli, which is not installed. Install it: npm install --save-dev @phial/cli\n',
    })
  },
)

test('exits with 1 and names the package if @phial/server is not installed', async () => {
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
    'Cannot load the app, because the package @phial/server is not installed. Install it: npm install @phial/server\n',
  ])
})

test.for(['18.20.8', '20.18.3'])(
  'prints the required version of Node on Node %s',
  async (version) => {
    const bin = fileURLToPath(new URL('../../../packages/framework/bin/phial.js', import.meta.url))
    expect(await onNode(version, bin)).toBe(
      `phial: Phial needs Node.js 20.19 or later. This is v${version}: https://nodejs.org\n`,
    )
  },
)
