import { defineConfig } from 'vitest/config'
import { reporters } from './reporters.ts'

const setup: Record<string, string[]> = { framework: ['framework/setup.ts'] }

const project = (name: string) => ({
  test: { name, include: [`${name}/**/*.test.ts`], setupFiles: setup[name] ?? [] },
})

export default defineConfig({
  test: {
    reporters,
    projects: ['core', 'server', 'framework', 'examples', 'docs', 'house', 'nodes'].map(project),
  },
})
