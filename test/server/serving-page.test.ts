/** The statements of docs/serving.md about the command. test/docs runs its code blocks. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exitCodes, StartError } from '../../packages/server/src/errors.ts'
import { readHooks } from '../../packages/server/src/settings/hooks.ts'
import { blocksOf } from '../docs/page.ts'
import { read } from '../house/workspace.ts'
import { runToEnd } from './support/command.ts'
import { folderWith } from './support/folder.ts'

const page = read('docs/serving.md')
const block = (name: string): string => blocksOf(page).find(({ file }) => file === name)?.code ?? ''

test('the table of exit codes is complete', () => {
  const [, table = ''] = /## Exit codes\n([^]*?)\n## /.exec(page) ?? []
  const codes = [...table.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))
  expect(codes).toEqual(Object.values(exitCodes))
})

test('the table of hooks is complete', () => {
  const [, table = ''] = /## Hooks\n([^]*?)\n## /.exec(page) ?? []
  const hooks = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name = '']) => name)
  const fault = (why: string): StartError => new StartError(exitCodes.configuration, why)
  expect(
    Object.keys(readHooks(Object.fromEntries(hooks.map((name) => [name, String])), fault)),
  ).toEqual(hooks)
  const source = read('packages/server/src/settings/hooks.ts')
  const [, members = ''] = /export interface HooksOf<Settings> \{([^]*?)\n\}/.exec(source) ?? []
  const there = [...members.matchAll(/readonly (\w+)\?:/g)].map(([, name]) => name)
  expect(new Set(there)).toEqual(new Set(hooks))
})

test('the options in the unit and in the Dockerfile exist', async () => {
  const [, unit = ''] = /^ExecStart=\S*phial-server (.*)$/m.exec(block('site.service')) ?? []
  const [, words = '[]'] = /^CMD (\[.*\])$/m.exec(block('Dockerfile')) ?? []
  const [, ...image] = JSON.parse(words) as string[]
  for (const args of [unit.split(' '), image]) {
    expect(args.length).toBeGreaterThan(3)
    expect(await runToEnd([...args, '--print-config'])).toMatchObject({ code: 0, stderr: '' })
  }
})

test.skipIf(spawnSync('systemd-analyze', ['--version']).error !== undefined)(
  'systemd accepts the unit',
  async () => {
    await using folder = await folderWith({})
    const file = join(folder.path, 'site.service')
    writeFileSync(
      file,
      block('site.service').replace(/^ExecStart=\S+/m, `ExecStart=${process.execPath}`),
    )
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' })
    expect([status, stderr.split('\n').filter((line) => line.includes(file))]).toEqual([0, []])
  },
)
