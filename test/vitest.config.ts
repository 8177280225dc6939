import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { reporters } from './reporters.ts'

const PACKAGES = ['core', 'server', 'framework', 'cli', 'xray', 'create-phial']
const NAMES = PACKAGES.concat('examples', 'docs', 'house', 'nodes', 'bench', 'platforms')

const setup: Record<string, string[]> = { framework: ['framework/setup.ts'] }

/** Ends a test that hangs. It is generous, because tests do not measure the speed of the machine. */
const patience = { testTimeout: 60_000, hookTimeout: 60_000 }

const project = (name: string) => ({
  test: {
    name,
    include: [`${name}/**/*.test.ts`],
    setupFiles: setup[name] ?? [],
    // A worker loads modules once, not once for each file, because tests leave no state behind. The tests of the server
    // are an exception: some of them choose a transport for their whole file.
    isolate: name === 'server',
    ...patience,
  },
})

/** The examples with tests in their own folder, as in a user's app. Those of the ladder run in `examples`. */
const apps = {
  test: {
    name: 'apps',
    root: fileURLToPath(new URL('../examples', import.meta.url)),
    include: ['*/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'ladder/**'],
    isolate: false,
    ...patience,
  },
}

export default defineConfig({
  test: {
    reporters,
    // Vitest would leave a core free, but these tests spend most of their time in other processes.
    maxWorkers: '100%',
    projects: [...NAMES.map(project), apps],
  },
})
