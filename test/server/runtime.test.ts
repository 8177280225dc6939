/** Which runtime this is, in a process of each. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { root } from '../house/workspace.ts'
import { binary, hasPrograms } from '../platforms/binaries.ts'

const { href } = pathToFileURL(join(root, 'packages/server/dist/runtime.js'))
const code = `import(${JSON.stringify(href)}).then(({ isNode }) => console.log(isNode))`

test('isNode is true in Node', () => {
  expect(execFileSync(process.execPath, ['-e', code], { encoding: 'utf8' })).toBe('true\n')
})

test.runIf(hasPrograms)('isNode is false in Bun and Deno', () => {
  expect(execFileSync(binary('bun'), ['-e', code], { encoding: 'utf8' })).toBe('false\n')
  expect(execFileSync(binary('deno'), ['eval', code], { encoding: 'utf8' })).toBe('false\n')
})

test.runIf(hasPrograms)('an unhandled rejection is an uncaught exception everywhere', () => {
  const rejects = `import(${JSON.stringify(href)}).then(({ reportRejections }) => {
    reportRejections()
    process.on('uncaughtException', ({ message }, origin) => console.log(message, origin))
    Promise.reject(new Error('late'))
  })`
  const expected = 'late unhandledRejection\n'
  expect(execFileSync(process.execPath, ['-e', rejects], { encoding: 'utf8' })).toBe(expected)
  expect(execFileSync(binary('bun'), ['-e', rejects], { encoding: 'utf8' })).toBe(expected)
  expect(execFileSync(binary('deno'), ['eval', rejects], { encoding: 'utf8' })).toBe(expected)
})
