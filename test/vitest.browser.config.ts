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
    // An assertion polls until the page has loaded, because a click does not wait for the next page.
    expect: { poll: { timeout: 30_000 } },
  },
})
