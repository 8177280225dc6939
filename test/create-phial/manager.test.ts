import { expect, test } from 'vitest'
import { managerOf, translate } from '../../packages/create-phial/src/manager.ts'

const page =
  'npm install\nnpm run dev      # serves\nnpm test         # tests\n`npm run build`, and `npm start`. npm is not yarn.'

test.for([
  ['npm/11.0.0 node/v24.0.0 linux x64', 'npm', 'npm run dev', 'npm test'],
  ['pnpm/12.0.0 npm/? node/v24.0.0 linux x64', 'pnpm', 'pnpm dev', 'pnpm test'],
  ['yarn/1.22.22 npm/? node/v24.0.0 linux x64', 'yarn', 'yarn dev', 'yarn test'],
  ['bun/1.4.0 npm/? node/v24.0.0 linux x64', 'bun', 'bun run dev', 'bun run test'],
  ['', 'npm', 'npm run dev', 'npm test'],
] as const)('the user agent %j is that of %s', ([agent, name, dev, test]) => {
  const manager = managerOf(agent)
  expect(manager.name).toBe(name)
  const lines = translate(page, manager).split('\n')
  expect(lines).toEqual([
    `${name} install`,
    `${dev.padEnd(17)}# serves`,
    `${test.padEnd(17)}# tests`,
    `\`${manager.command('build')}\`, and \`${manager.command('start')}\`. npm is not yarn.`,
  ])
})

test('is npm by default', () => {
  expect(managerOf().name).toBe('npm')
})
