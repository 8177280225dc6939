/**
 * Runs the built suite on each supported Node, one after the other, and stops at the first red.
 * The binaries are those of the npm package `node`. Majors may be named: `pnpm test:nodes 22 24`.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root } from '../house/workspace.ts'

const supported = ['20', '22', '24', '26']
const projects = [
  'nodes',
  'core',
  'server',
  'framework',
  'cli',
  'xray',
  'create-phial',
  'examples',
  'apps',
]

/** Runs the suite under one major version; the suite itself checks that it is that one. */
async function runOn(major: string): Promise<number> {
  console.log(`\nNode ${major}`)
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const options = projects.flatMap((name) => ['--project', name])
  const args = ['-y', '-p', `node@${major}`, 'node', vitest, 'run', '--root', 'test', ...options]
  const child = spawn('npx', args, {
    cwd: root,
    env: { ...process.env, PHIAL_TEST_NODE: major },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}

for (const major of process.argv.length > 2 ? process.argv.slice(2) : supported) {
  process.exitCode = await runOn(major)
  if (process.exitCode !== 0) break
}
