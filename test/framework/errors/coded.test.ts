import { abort, Phial } from 'phial'
import { expect, test } from 'vitest'

function thrownBy(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

test('an error of Phial’s has its class, its message, its stack and a code', () => {
  const error = thrownBy(() => new Phial('shop'))
  expect(error).toBeInstanceOf(TypeError)
  expect(error).toMatchObject({
    code: 'ERR_PHIAL_APP_URL',
    message: expect.stringContaining('new Phial(import') as unknown,
  })
  expect((error as Error).stack).toContain('coded.test.ts')
})

test('an error that is an answer keeps its status', () => {
  expect(thrownBy(() => abort(404))).toMatchObject({ code: 404 })
})
