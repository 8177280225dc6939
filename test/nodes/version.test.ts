import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const asked = process.env['PHIAL_TEST_NODE']

test(`Node ${process.version} is supported`, () => {
  expect(major > 20 || (major === 20 && minor >= 19)).toBe(true)
})

test.runIf(asked)('this suite runs on the requested Node', () => {
  expect(String(major)).toBe(asked)
})

test('processes that the tests start run on the same Node', () => {
  const version = execFileSync(process.execPath, ['--print', 'process.version'], {
    encoding: 'utf8',
  })
  expect(version.trim()).toBe(process.version)
})
