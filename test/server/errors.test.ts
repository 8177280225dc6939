import { StartError } from '@phial/server'
import { expect, test } from 'vitest'
import { exitCodes, loadError } from '../../packages/server/src/errors.ts'

test('StartError has an exit code, an error code and a detail', () => {
  const error = new StartError(exitCodes.usage, 'no such option', 'more')
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({
    name: 'StartError',
    exitCode: 2,
    code: 'ERR_PHIAL_SERVER_USAGE',
    message: 'no such option',
    detail: 'more',
  })
  expect(new StartError(exitCodes.configuration, 'x').detail).toBeUndefined()
})

test('loadError creates an error with exit code 4', () => {
  expect(loadError('no module', 'stack')).toMatchObject({
    exitCode: 4,
    code: 'ERR_PHIAL_SERVER_LOAD',
    detail: 'stack',
  })
})

test("the exit codes are gunicorn's", () => {
  expect(exitCodes).toEqual({ ok: 0, configuration: 1, usage: 2, boot: 3, load: 4 })
})
