import { expect, test } from 'vitest'
import { fileProblem, Refusal } from '../../packages/create-phial/src/refusal.ts'

test('a refusal is a line with an exit code', () => {
  expect(new Refusal('No.')).toMatchObject({ message: 'No.', exitCode: 1 })
  expect(new Refusal('No.', 2).exitCode).toBe(2)
})

test.for([
  ['EACCES', 'permission denied'],
  ['EROFS', 'the file system is read-only'],
  ['ENOTDIR', 'a file is in the way'],
] as const)('%s is told in words', ([code, words]) => {
  expect(fileProblem(Object.assign(new Error('x'), { code }))).toBe(words)
})

test('what has no words speaks for itself', () => {
  expect(fileProblem(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }))).toBe(
    'EIO: i/o error',
  )
  expect(fileProblem('odd')).toBe('odd')
})
