import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../house/workspace.ts'

test('counts the code that a request passes through, and the gateway’s count is part of the framework’s', () => {
  const args = ['--import', 'tsx', join(root, 'bench/path.ts'), 'all']
  const printed = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  const [gateway, get, post] = [...printed.matchAll(/(\d+) \/ (\d+) \/ (\d+)/g)]
    .filter((_, at) => at % 4 === 0)
    .map(([, files, functions, calls]) => [files, functions, calls].map(Number))
  for (const at of [0, 1, 2]) {
    expect(gateway?.[at]).toBeGreaterThan(0)
    expect(get?.[at]).toBeGreaterThan(gateway?.[at] ?? Infinity)
    expect(post?.[at]).toBeGreaterThan(get?.[at] ?? Infinity)
  }
  expect(printed).toMatch(/^ +\d+ {2}framework\/app\.js {2}#?\w+$/m)
})
