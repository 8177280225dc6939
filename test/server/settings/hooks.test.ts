import { expect, test } from 'vitest'
import { StartError } from '@phial/server'
import { readHooks } from '../../../packages/server/src/settings/hooks.ts'

const fault = (why: string): StartError => new StartError(1, why)

test('readHooks accepts functions by name, and throws for other values', () => {
  const hooks = { whenReady: (): void => undefined }
  expect(readHooks(hooks, fault)).toEqual(hooks)
  expect(() => readHooks('x', fault)).toThrow('expected an object with functions')
  expect(() => readHooks({ whenReady: 1 }, fault)).toThrow('whenReady is not a function')
})
