import { TemplateError } from 'phial'
import { expect, test } from 'vitest'

const source = ['one', 'two', 'three', 'four', 'five', 'six'].join('\n')

test('a template error shows where it was', () => {
  const error = new TemplateError('a.eta', 4, source, new TypeError('no'))
  const frame = '     2 | two\n     3 | three\n>    4 | four\n     5 | five\n     6 | six'
  expect(error.message).toBe(`a.eta:4: TypeError: no\n${frame}`)
  expect(error).toMatchObject({ file: 'a.eta', line: 4, frame, cause: new TypeError('no') })
})

test('a template error may know no line, and have any cause', () => {
  const error = new TemplateError('a.eta', undefined, source, 'why')
  expect(error).toMatchObject({ message: 'a.eta: why\n', line: undefined, frame: '' })
})
