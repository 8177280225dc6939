import { expect, test } from 'vitest'
import { Refusal } from '../../packages/create-phial/src/refusal.ts'
import { readWords, usage } from '../../packages/create-phial/src/words.ts'

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
] as const)('%j', ([args, said]) => {
  expect(readWords(args)).toEqual({ ...usual, dir: undefined, template: undefined, ...said })
})

function refusal(...args: string[]): Refusal {
  try {
    readWords(args)
  } catch (error) {
    if (error instanceof Refusal) return error
  }
  throw new Error('It was not refused.')
}

test.for([
  [
    ['--template', 'blgo'],
    'There is no template "blgo": minimal, site, blog, api, deploy, gateway, ladder',
  ],
  [['--template', 'constructor'], 'There is no template "constructor"'],
  [['--template'], "Option '-t, --template <value>' argument missing; "],
  [
    ['--tempalte', 'blog'],
    "Unknown option '--tempalte'; npm create phial -- --help lists the options",
  ],
  [['--yes=no'], "Option '-y, --yes' does not take an argument; "],
  [['shop', 'blog'], 'npm create phial shop -- --template blog'],
  [[''], 'The folder has no name'],
] as const)('%j is refused in one line', ([args, line]) => {
  const { message, exitCode } = refusal(...args)
  expect(message).toContain(line)
  expect(message).not.toContain('\n')
  expect(exitCode).toBe(2)
})

test('the help names every option', () => {
  for (const option of ['--template', '--yes', '--no-install', '--no-git', '--force', '--version'])
    expect(usage).toContain(option)
})
