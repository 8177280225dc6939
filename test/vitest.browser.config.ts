import { defineConfig } from 'vitest/config'
import { reporters } from './reporters.ts'

/** The slower suite: a real browser on a real server. Not part of `pnpm test`. */
export default defineConfig({
  test: {
    name: 'browser',
    include: ['browser/**/*.test.ts'],
    reporters,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A page is asked again until it has come: a click does not wait for what it leads to.
    expect: { poll: { timeout: 30_000 } },
  },
})
