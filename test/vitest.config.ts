import { defineConfig } from 'vitest/config'

const project = (name: string) => ({ test: { name, include: [`${name}/**/*.test.ts`] } })

export default defineConfig({
  test: {
    projects: ['core', 'server', 'framework', 'examples', 'docs', 'house'].map(project),
  },
})
