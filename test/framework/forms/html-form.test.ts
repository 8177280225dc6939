import { HtmlForm, Markup } from 'phial'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { shapeOf } from '../../../packages/framework/src/forms/shape.ts'

const issue = { path: ['tags', 1], message: 'No <b>' }
const shape = shapeOf(z.object({ tags: z.array(z.string()).meta({ title: 'Words' }) }))

test('a form that nobody sent is not valid, and nothing is wrong with it', () => {
  const form = new HtmlForm({ shape, values: {}, isSubmitted: false, data: 'x' })
  expect(form).toMatchObject({ isSubmitted: false, isValid: false, data: undefined, status: 200 })
})

test('one that was sent is valid until something is wrong', () => {
  const form = new HtmlForm({ shape, values: {}, isSubmitted: true, data: { tags: [] } })
  expect(form).toMatchObject({ isValid: true, data: { tags: [] }, status: 200 })
  form.addError('tags', 'taken')
  expect(form).toMatchObject({ isValid: false, data: undefined, status: 422 })
  expect(form.errors('tags')).toEqual(['taken'])
})

test('an issue within a field is the field’s, one without a path is the form’s', () => {
  const form = new HtmlForm({ shape, values: {}, isSubmitted: true, issues: [issue] })
  form.addError(undefined, 'All wrong')
  expect(form.errors('tags')).toEqual(['No <b>'])
  expect(form.errors()).toEqual(['All wrong'])
  expect(form.errors('other')).toEqual([])
})

test('errors are HTML, escaped', () => {
  const form = new HtmlForm({ shape, values: {}, isSubmitted: true, issues: [issue, issue] })
  const error = form.error('tags')
  expect(error).toBeInstanceOf(Markup)
  expect(String(error)).toBe('<p class="error" id="tags-error">No &lt;b&gt;<br>No &lt;b&gt;</p>')
  expect(String(form.error())).toBe('')
  form.addError(undefined, '<i>')
  expect(String(form.error())).toBe('<p class="error" role="alert">&lt;i&gt;</p>')
})

test('a label says what it is told, or the schema’s title, or the name', () => {
  const form = new HtmlForm({ shape, values: {}, isSubmitted: false })
  expect(String(form.label('tags', 'A & B'))).toBe('<label for="tags">A &amp; B</label>')
  expect(String(form.label('tags'))).toBe('<label for="tags">Words</label>')
  expect(String(form.label('more'))).toBe('<label for="more">more</label>')
})

test('values are its own', () => {
  const form = new HtmlForm({ shape, values: { tags: ['a'] }, isSubmitted: true })
  expect(form.value('tags')).toEqual(['a'])
  expect(form.value('constructor')).toBeUndefined()
})
