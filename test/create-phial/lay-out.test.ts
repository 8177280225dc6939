import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { layOut } from '../../packages/create-phial/src/lay-out.ts'
import { managerOf } from '../../packages/create-phial/src/manager.ts'
import { temporaryFolder } from './support/command.ts'

function template(files: Record<string, string>): string {
  const folder = temporaryFolder()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

const files = {
  _gitignore: 'dist/\n',
  'inner/_keep': '',
  'README.md': '# phial-app\n\nnpm run dev\n',
  'package.json': '{ "name": "phial-app" }',
  'app.ts': '// phial-app says: npm run dev',
  'templates/index.eta': '<h1>phial-app</h1> npm run dev',
  Dockerfile: '# phial-app\nRUN npm install\n',
  'Dockerfile.pnpm': 'RUN npx pnpm install\n',
  'pnpm-workspace.yaml.pnpm': 'allowBuilds:\n',
}

const laidOut = (agent: string): Record<string, string> => {
  const laid = layOut(template(files), 'shop', managerOf(agent))
  return Object.fromEntries([...laid].map(([path, bytes]) => [path, Buffer.from(bytes).toString()]))
}

test('fills in the name, restores dots, and omits files for pnpm', () => {
  expect(laidOut('npm/11')).toEqual({
    '.gitignore': 'dist/\n',
    'inner/.keep': '',
    'README.md': '# shop\n\nnpm run dev\n',
    'package.json': '{ "name": "shop" }',
    'app.ts': '// phial-app says: npm run dev',
    'templates/index.eta': '<h1>shop</h1> npm run dev',
    Dockerfile: '# shop\nRUN npm install\n',
  })
})

test('for pnpm, uses its commands and files', () => {
  expect(laidOut('pnpm/12')).toMatchObject({
    'README.md': '# shop\n\npnpm dev\n',
    Dockerfile: 'RUN npx pnpm install\n',
    'pnpm-workspace.yaml': 'allowBuilds:\n',
  })
})

test('keeps npm in a Dockerfile, because the image has it', () => {
  expect(laidOut('yarn/1')['Dockerfile']).toBe('# shop\nRUN npm install\n')
})
