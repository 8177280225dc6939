import { expect, test } from 'vitest'
import { Refusal } from '../../packages/create-phial/src/refusal.ts'
import { readOptions, usage } from '../../packages/create-phial/src/options.ts'

const usual = { yes: false, install: true, git: true, force: false, help: false, version: false }

test.for([
  [[], {}],
  [['shop'], { dir: 'shop' }],
  [['shop', '--template', 'blog', '--yes'], { dir: 'shop', template: 'blog', yes: true }],
  [['-t', 'api', '-y', '.'], { dir: '.', template: 'api', yes: true }],
  [['--template=api', '--no-install', '--no-git'], { template: 'api', install: false, git: false }],
  [['--force'], { force: true }],
  [['-h'], { help: true }],
  [['--', '-odd'], { dir: '-odd' }],
] as const)('parses %j', ([args, said]) => {
  expect(readOptions(args)).toEqual({ ...usual, dir: undefined, template: undefined, ...said })
})

function refusal(...args: string[]): Refusal {
  try {
    readOptions(args)
  } catch (error) {
    if (error instanceof Refusal) return error
  }
  throw new Error('expected a refusal')
}

test.for([
  [
    ['--template', 'blgo'],
    'Unknown template "blgo". Choose one of minimal, site, blog, api, deploy, gateway, ladder',
  ],
  [['--template', 'constructor'], 'Unknown template "constructor"'],
  [['--template'], "Option '-t, --template <value>' argument missing. "],
  [
    ['--tempalte', 'blog'],
    "Unknown option '--tempalte'. Run npm create phial -- --help to list the options",
  ],
  [['--yes=no'], "Option '-y, --yes' does not take an argument. "],
  [['shop', 'blog'], 'npm create phial shop -- --template blog'],
  [[''], 'The folder name is empty'],
] as const)('%j is rejected with one line', ([args, line]) => {
  const { message, exitCode } = refusal(...args)
  expect(message).toContain(line)
  expect(message).not.toContain('\n')
  expect(exitCode).toBe(2)
})

test('the help lists every option', () => {
  for (const option of ['--template', '--yes', '--no-install', '--no-git', '--force', '--version'])
    expect(usage).toContain(option)
})
