import { expect, test } from 'vitest'
import { importsOf } from './imports.ts'
import { files, read } from './workspace.ts'

/** Whether a test waits for time to pass, where it ought to wait for an event. */
function sleeps(path: string, source: string): boolean {
  const bought = importsOf(path, source).some(
    ({ from, names }) =>
      /^(node:)?timers\/promises$/.test(from) && names.some((name) => name !== 'setImmediate'),
  )
  return bought || /new Promise\b[^;]{0,80}setTimeout\(/.test(source)
}

test('no test sleeps', () => {
  const paths = files('test', '.ts').filter((path) => !path.endsWith('/sleeps.test.ts'))
  expect(paths.filter((path) => sleeps(path, read(path)))).toEqual([])
})

test.for([
  ["import { setTimeout as sleep } from 'node:timers/promises'", true],
  ["import { scheduler } from 'timers/promises'", true],
  ['await new Promise((resolve) => setTimeout(resolve, 10))', true],
  ['await new Promise<void>((done) => {\n  setTimeout(done, 10)\n})', true],
  ["import { setImmediate } from 'node:timers/promises'", false],
  ['const timer = setTimeout(() => child.kill(), 1000)', false],
] as const)('%s', ([source, verdict]) => {
  expect(sleeps('a.test.ts', source)).toBe(verdict)
})
