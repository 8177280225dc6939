/** Tests the prompts on a real terminal, which Python provides. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { defaults } from '../../packages/create-phial/src/ask.ts'
import { readOptions } from '../../packages/create-phial/src/options.ts'
import { layOutCommand, plainEnvironment, temporaryFolder } from './support/command.ts'
import { run, type Ended } from './support/run.ts'

const terminal = fileURLToPath(new URL('support/terminal.py', import.meta.url))
const command = layOutCommand()
const [enter, down, ctrlC] = ['\r', '\x1b[B', '\x03']

type Step = [text: string, keys: string]

/** Runs the command on a terminal. Waits for each text, then presses the keys. */
function onTerminal(cwd: string, steps: Step[], ...args: string[]): Promise<Ended> {
  const words = [terminal, JSON.stringify(steps), process.execPath, command, ...args]
  return run('python3', words, { cwd, env: plainEnvironment() })
}

describe('on a terminal', () => {
  test('asks for missing options, and explains what is wrong with an answer', async () => {
    const cwd = temporaryFolder()
    const { code, stdout } = await onTerminal(
      cwd,
      [
        ['In which folder?', `My Shop${enter}`],
        ['URL-friendly', `${'\x7f'.repeat(7)}shop${enter}`],
        ['Which template?', down],
        ['a small site', enter],
        ['Install', `n`],
      ],
      '--no-git',
    )
    expect(stdout).toContain('Created shop from the template site.')
    expect(code).toBe(0)
    expect(readFileSync(join(cwd, 'shop/app.ts'), 'utf8')).toContain('PICTURES')
    expect(stdout).toContain('npm install')
    expect(existsSync(join(cwd, 'shop/node_modules'))).toBe(false)
  })

  test('does not ask for options that are given', async () => {
    const cwd = temporaryFolder()
    const { code, stdout } = await onTerminal(cwd, [], 'shop', '-t', 'api', '--no-install')
    expect(code).toBe(0)
    expect(stdout).not.toContain('?')
  })

  test.for<[string, Step[]]>([
    ['the first question', [['In which folder?', ctrlC]]],
    [
      'the second',
      [
        ['In which folder?', enter],
        ['Which template?', ctrlC],
      ],
    ],
    [
      'the last',
      [
        ['In which folder?', enter],
        ['Which template?', enter],
        ['Install', ctrlC],
      ],
    ],
  ])('Ctrl-C at %s writes nothing', async ([, steps]) => {
    const cwd = temporaryFolder()
    const { code, stdout } = await onTerminal(cwd, steps)
    expect(stdout).toContain('create-phial: Stopped. No files were written.\r\n')
    expect(code).toBe(130)
    expect(readdirSync(cwd)).toEqual([])
  })
})

test('without a terminal, the defaults are used', () => {
  expect(defaults(readOptions([]))).toEqual({
    dir: 'phial-app',
    template: 'minimal',
    install: true,
  })
  expect(defaults(readOptions(['shop', '-t', 'api', '--no-install']))).toEqual({
    dir: 'shop',
    template: 'api',
    install: false,
  })
})
