import { StartError } from '@phial/server'
import { expect, test } from 'vitest'
import { exitCodes, loadError } from '../../packages/server/src/errors.ts'

test('StartError carries its exit code and what helps beside it', () => {
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

test('loadError', () => {
  expect(loadError('no module', 'stack')).toMatchObject({
    exitCode: 4,
    code: 'ERR_PHIAL_SERVER_LOAD',
    detail: 'stack',
  })
})

test('the codes are those of gunicorn', () => {
  expect(exitCodes).toEqual({ ok: 0, configuration: 1, usage: 2, boot: 3, load: 4 })
})
