import { call } from '@phial/core'
import { expect, test } from 'vitest'
import {
  describe as describeError,
  failed,
  make,
} from '../../../packages/server/src/reload/maker.ts'
import { apps } from '../support/command.ts'
import { folderWith } from '../support/folder.ts'

test('make() loads the application and reports its files', async () => {
  const files: string[] = []
  const options = { app: 'app', folder: apps, told: undefined }
  expect(await make(options, (file) => files.push(file))).toBeTypeOf('function')
  expect(files).toContain(`${apps}/app.ts`)
})

test('failed() responds to each request with the error as plain text', async () => {
  await using folder = await folderWith({ 'app.mjs': "throw new TypeError('no tea')" })
  const options = { app: 'app', folder: folder.path, told: undefined }
  const error: unknown = await make(options, () => undefined).catch((thrown: unknown) => thrown)
  const answer = await call(failed(error), { path: '/anything' })
  expect([answer.statusCode, answer.text()]).toEqual([
    500,
    expect.stringMatching(
      /^importing app\.mjs failed: TypeError: no tea\n\nTypeError: no tea\n    at .*app\.mjs:1/,
    ),
  ])
})

test('describe() accepts any thrown value', () => {
  expect(describeError('tea')).toBe('tea')
  expect(describeError(new Error('tea'))).toMatch(/^Error: tea\n    at /)
})
