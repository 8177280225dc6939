/**
 * Runs the built suite on each supported Node, one after the other, and stops at the first failure. The binaries come from
 * the npm package `node`. Arguments select major versions: `pnpm test:nodes 22 24`.
 */
import { runVitest } from '../support/vitest.ts'

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

/** Runs the suite on one major version. The suite itself checks the version. */
function runOn(major: string): Promise<number> {
  console.log(`\nNode ${major}`)
  return runVitest(
    projects.flatMap((name) => ['--project', name]),
    { env: { PHIAL_TEST_NODE: major }, node: ['npx', '-y', '-p', `node@${major}`, 'node'] },
  )
}

for (const major of process.argv.length > 2 ? process.argv.slice(2) : supported) {
  process.exitCode = await runOn(major)
  if (process.exitCode !== 0) break
}
