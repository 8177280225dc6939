import { defineConfig } from 'vitest/config'
import { reporters } from './reporters.ts'

const project = (name: string) => ({ test: { name, include: [`${name}/**/*.test.ts`] } })

export default defineConfig({
  test: {
    reporters,
    projects: ['core', 'server', 'framework', 'examples', 'docs', 'house', 'nodes'].map(project),
  },
})
