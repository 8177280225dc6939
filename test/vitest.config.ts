import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { reporters } from './reporters.ts'

const PACKAGES = ['core', 'server', 'framework', 'cli', 'xray', 'create-phial']
const NAMES = PACKAGES.concat('examples', 'docs', 'house', 'nodes', 'bench', 'platforms')

const setup: Record<string, string[]> = { framework: ['framework/setup.ts'] }

/** Ends a test that hangs. The speed of the machine is not what a test measures. */
const patience = { testTimeout: 60_000, hookTimeout: 60_000 }

const project = (name: string) => ({
  test: {
    name,
    include: [`${name}/**/*.test.ts`],
    setupFiles: setup[name] ?? [],
    // A worker loads what is tested once, not once for each file: a test leaves nothing behind that another could
    // see. But for those of the server: some choose a transport, for their whole file.
    isolate: name === 'server',
    ...patience,
  },
})

/** The examples that have tests of their own, beside them, as their users would. Those of the ladder run in `examples`. */
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
    // Vitest would leave a core free; most of the time of these tests is spent in other processes.
    maxWorkers: '100%',
    projects: [...NAMES.map(project), apps],
  },
})
