import { expect, test } from 'vitest'
import { fileProblem, Refusal } from '../../packages/create-phial/src/refusal.ts'

test('a refusal has a message and an exit code', () => {
  expect(new Refusal('No.')).toMatchObject({ message: 'No.', exitCode: 1 })
  expect(new Refusal('No.', 2).exitCode).toBe(2)
})

test.for([
  ['EACCES', 'permission denied'],
  ['EROFS', 'the file system is read-only'],
  ['ENOTDIR', 'a file is in the way'],
] as const)('describes %s in words', ([code, words]) => {
  expect(fileProblem(Object.assign(new Error('x'), { code }))).toBe(words)
})

test('uses the message of an error without a description', () => {
  expect(fileProblem(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }))).toBe(
    'EIO: i/o error',
  )
  expect(fileProblem('odd')).toBe('odd')
})
