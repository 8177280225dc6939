/**
 * Runs the tests that take minutes: the long form of each test that reads `PHIAL_SLOW`, the pages with a process for each
 * file, and the server's tests on the transport that is not the default. Stops at the first failure.
 *
 *     pnpm test:slow
 */
import { files, read } from './house/workspace.ts'
import { runVitest } from './support/vitest.ts'

const long = files('test', '.test.ts').filter((path) => read(path).includes('PHIAL_SLOW'))
const pages = ['docs/learn', 'docs/pages', 'docs/play']

process.exitCode =
  (await runVitest([...long, ...pages], { env: { PHIAL_SLOW: '1' } })) ||
  (await runVitest(['--project', 'server', '--exclude', 'server/engine/**'], {
    env: { PHIAL_TEST_TRANSPORT: 'http' },
  }))
