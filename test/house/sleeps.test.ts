import { expect, test } from 'vitest'
import { importsOf } from './imports.ts'
import { files, read } from './workspace.ts'

/** Reports whether a test waits for a time instead of an event. */
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
] as const)('%j sleeps: %j', ([source, verdict]) => {
  expect(sleeps('a.test.ts', source)).toBe(verdict)
})

/** Reports whether a test that measures time or memory compares it with a number instead of a control. */
function limits(source: string): boolean {
  const measures =
    /memoryUsage|memoryInUse|resourceUsage|maxRSS|VmRSS|performance\.now|hrtime|Date\.now/
  return measures.test(source) && /\.toBeLessThan(OrEqual)?\([\d_.*\sA-Z]+\)/.test(source)
}

test('no test has an absolute limit of time or memory', () => {
  const paths = files('test', '.test.ts').filter((path) => !path.endsWith('/sleeps.test.ts'))
  expect(paths.filter((path) => limits(read(path)))).toEqual([])
})

test.for([
  ['expect(process.memoryUsage().rss).toBeLessThan(120_000_000)', true],
  ['expect(performance.now() - began).toBeLessThanOrEqual(2 * LIMIT)', true],
  ['expect(performance.now() - began).toBeLessThan(2 * control)', false],
  ['expect(files.length).toBeLessThan(12)', false],
] as const)('%j has an absolute limit: %j', ([source, verdict]) => {
  expect(limits(source)).toBe(verdict)
})
