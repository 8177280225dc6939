import { errorStream } from '@phial/core'
import { expect, test } from 'vitest'

test('errorStream passes each text and each line of a list to its function', () => {
  const log: string[] = []
  const errors = errorStream((text) => log.push(text))
  errors.write('one\n')
  errors.writelines(new Set(['two\n', 'three\n']))
  errors.flush()
  expect(log).toEqual(['one\n', 'two\n', 'three\n'])
})
