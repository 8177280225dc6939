import { expect, test } from 'vitest'
import { Phial } from '../../../packages/framework/src/app.ts'
import { BUILT_IN, phial } from '../../../packages/framework/src/program/phial.ts'

const app = new Phial(import.meta.url)
app.cli.command('greet <name>', 'Greets', ({ name }, { echo }) => echo('Hello ' + name))
app.cli.command('break', 'Breaks', () => {
  throw new TypeError('broken')
})
app.cli
  .group('users', 'All about users')
  .command('list', 'Lists them', (_, { echo }) => echo('ada'))

/** Runs a command line without `@phial/cli`. */
async function inProcess(...words: string[]): Promise<[number, string, string]> {
  const said = { stdout: '', stderr: '' }
  const output = {
    stdout: (text: string) => void (said.stdout += text),
    stderr: (text: string) => void (said.stderr += text),
  }
  const loader = { loadApplication: () => Promise.resolve(app), parseEnvFile: () => ({}) }
  const options = { folder: '/no/such/folder', env: { PHIAL_APP: 'app' }, output, loader }
  const code = await phial(words, options)
  return [code, said.stdout, said.stderr]
}

test('runs the commands of the app, and reports how they ended', async () => {
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

test.for(BUILT_IN)('%s says in one line which package it comes with', async (name) => {
  expect(await inProcess(name)).toEqual([
    1,
    '',
    `phial ${name} comes with the package @phial/cli, which is not installed: npm install --save-dev @phial/cli\n`,
  ])
})

test('help lists the commands that another package would add', async () => {
  const [code, stdout, stderr] = await inProcess('--help')
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/ {2}greet +Greets\n/)
  expect(stdout).toMatch(/ {2}run +comes with @phial\/cli: npm install --save-dev @phial\/cli\n/)
})
