import { expect, test } from 'vitest'
import { runCommand } from '../../packages/cli/src/index.ts'
import { siteWith } from './support/site.ts'

const app = `import { CommandError, Phial } from 'phial'
export const app = new Phial(import.meta.url)
app.cli.command('greet <name>', 'Greets', ({ name }, { echo }) => echo('Hello ' + name))
app.cli.command('fail', 'Fails', () => { throw new CommandError('Sorry.', 3) })
app.cli.command('break', 'Breaks', () => { throw new TypeError('broken') })
app.cli.command('routes', 'Never seen', () => undefined)
app.cli.group('users', 'All about users').command('list', 'Lists them', (_, { echo }) => echo('ada'))
`

test('runs an app’s own commands next to those of Phial', async () => {
  await using site = await siteWith({ 'app.ts': app })
  expect(await site.run(['greet', 'ada'])).toEqual({ code: 0, stdout: 'Hello ada\n', stderr: '' })
  expect(await site.run(['users', 'list'])).toMatchObject({ code: 0, stdout: 'ada\n' })
  expect(await site.run(['fail'])).toEqual({ code: 3, stdout: '', stderr: 'Sorry.\n' })
  const broken = await site.run(['break'])
  expect([broken.code, broken.stderr]).toEqual([
    1,
    expect.stringMatching(/^TypeError: broken\n    at /),
  ])
  expect(await site.run(['gret'])).toMatchObject({
    code: 2,
    stderr: 'phial has no command gret. Did you mean greet?\n',
  })
  expect(await site.run(['rotes'])).toMatchObject({
    code: 2,
    stderr: 'phial has no command rotes. Did you mean routes?\n',
  })
  expect(await site.run(['serve'])).toMatchObject({
    code: 2,
    stderr: 'phial has no command serve. Did you mean run?\n',
  })
  expect((await site.run(['routes'])).stdout).toContain('/static')
  const { stdout } = await site.run(['--help'])
  expect(stdout).toMatch(/^Usage: phial \[options\] <command>\n/)
  expect(stdout).toMatch(/ {2}greet +Greets\n(?:.*\n)* {2}run +Serves/)
  expect(stdout).toMatch(/ {2}users {2}All about users\n/)
  expect(stdout).toMatch(/-A, --app <module:app> +the app to use\n/)
})

async function inProcess(...words: string[]): Promise<[number, string, string]> {
  const said = { stdout: '', stderr: '' }
  const output = {
    stdout: (text: string) => void (said.stdout += text),
    stderr: (text: string) => void (said.stderr += text),
  }
  const code = await runCommand(words, { folder: '/no/such/folder', env: {}, output })
  return [code, said.stdout, said.stderr]
}

test('prints help without an app, and says why the app is missing', async () => {
  const [code, stdout, stderr] = await inProcess('--help')
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(/^The commands of the app are not listed\. No app was found/),
  ])
  expect(stdout).toContain('  run ')
  const [none, , shown] = await inProcess()
  expect([none, shown]).toEqual([2, expect.stringContaining('Usage: phial [options] <command>')])
})

test('prints the version, a suggestion for a misspelled option, and the help of a command', async () => {
  expect(await inProcess('--version')).toEqual([0, expect.stringMatching(/^phial \d/), ''])
  expect((await inProcess('--verson'))[2]).toBe(
    'phial has no option --verson. Did you mean --version?\n',
  )
  expect((await inProcess('run', '--prot', '1'))[2]).toMatch(
    /^run has no option --prot\. Did you mean --port\?\n\nUsage: phial run \[options\]\n/,
  )
  for (const [words, hint] of [
    [['--port', '3000', 'run'], '--port goes after the command: phial run --port.'],
    [['-p', '3000', 'run'], '-p goes after the command: phial run -p.'],
    [['--debug', 'run'], '--debug goes after the command: phial run --debug.'],
    [['--app', 'site', '--xray'], '--xray goes after the command: phial run --xray.'],
    [['--json', 'xray', 'a'], '--json goes after the command: phial xray --json.'],
    [['run', 'site:app'], 'Pass the app before the command: phial --app site:app run.'],
    [['run', '3000'], 'phial run takes the port as an option: phial run --port 3000.'],
  ] as const) {
    // oxlint-disable-next-line no-await-in-loop -- one command at a time
    expect(await inProcess(...words)).toEqual([2, '', `${hint}\n`])
  }
  expect(await inProcess('run', '--app', 'site')).toEqual([
    2,
    '',
    '--app goes before the command: phial --app module:app run.\n',
  ])
  expect(await inProcess('run')).toEqual([4, '', expect.stringMatching(/^No app was found: /)])
  expect((await inProcess('run', '--help'))[1]).toContain('-p, --port <port>')
})
