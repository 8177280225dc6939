import { expect, test } from 'vitest'
import { Phial } from '../../../packages/framework/src/app.ts'
import { BUILT_IN, phial } from '../../../packages/framework/src/program/phial.ts'

const app = new Phial(import.meta.url)
app.cli.command('greet <name>', 'Greets', ({ name }, { echo }) => echo('Hello ' + name))
app.cli.command('break', 'Breaks', () => {
  throw new TypeError('broken')
})
app.cli
  .group('users', 'Manage users')
  .command('list', 'Lists all users', (_, { echo }) => echo('ada'))

/** Runs a command line without `@phial/cli`. */
async function inProcess(...argv: string[]): Promise<[number, string, string]> {
  const printed = { stdout: '', stderr: '' }
  const output = {
    stdout: (text: string) => void (printed.stdout += text),
    stderr: (text: string) => void (printed.stderr += text),
  }
  const loader = { loadApplication: () => Promise.resolve(app), parseEnvFile: () => ({}) }
  const options = { folder: '/no/such/folder', env: { PHIAL_APP: 'app' }, output, loader }
  const code = await phial(argv, options)
  return [code, printed.stdout, printed.stderr]
}

test('runs the commands of the app, and returns their exit codes', async () => {
  expect(await inProcess('greet', 'ada')).toEqual([0, 'Hello ada\n', ''])
  expect(await inProcess('users', 'list')).toEqual([0, 'ada\n', ''])
  expect(await inProcess('break')).toEqual([
    1,
    '',
    expect.stringMatching(/^TypeError: broken\n    at /),
  ])
  expect(await inProcess('gret')).toEqual([
    2,
    '',
    'phial has no command gret. Did you mean greet?\n',
  ])
})

test.for(BUILT_IN)('%s exits with 1 and names the package that it requires', async (name) => {
  expect(await inProcess(name)).toEqual([
    1,
    '',
    `phial ${name} requires the package @phial/cli, which is not installed. Install it: npm install --save-dev @phial/cli\n`,
  ])
})

test('help lists the commands of @phial/cli even if it is not installed', async () => {
  const [code, stdout, stderr] = await inProcess('--help')
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/ {2}greet +Greets\n/)
  expect(stdout).toMatch(/ {2}run +requires @phial\/cli: npm install --save-dev @phial\/cli\n/)
})
