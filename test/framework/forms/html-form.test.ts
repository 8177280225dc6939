import { HtmlForm, Markup } from 'phial'
import { describe, expect, test } from 'vitest'
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
  const silent = new HtmlForm({ shape: undefined, values: {}, isSubmitted: false })
  expect(String(silent.label('more'))).toBe('<label for="more">more</label>')
})

test('values are its own', () => {
  const form = new HtmlForm({ shape, values: { tags: ['a'] }, isSubmitted: true })
  expect(form.value('tags')).toEqual(['a'])
  const silent = new HtmlForm({ shape: undefined, values: {}, isSubmitted: true })
  expect(silent.value('constructor')).toBeUndefined()
})

describe('a name that the schema does not have', () => {
  const form = new HtmlForm({ shape, values: { extra: 'x' }, isSubmitted: false })
  const controls = ['input', 'textarea', 'select'] as const
  const others = ['label', 'error', 'errors', 'value'] as const

  test.each([...controls, ...others])('%s throws, with the nearest one', (method) => {
    expect(() => form[method]('tag')).toThrow('has no field "tag". Did you mean "tags"?')
  })

  test.each(controls)('%s throws, near or not: the schema would never see its value', (method) => {
    expect(() => form[method]('constructor')).toThrow('It has tags.')
  })

  test.each(others)('%s of a control of one’s own does not throw', (method) => {
    expect(() => form[method]('constructor')).not.toThrow()
  })

  test('addError throws: nobody would see it', () => {
    expect(() => form.addError('tag', 'taken')).toThrow('Did you mean "tags"?')
  })

  test('is taken for a value that the view gave', () => {
    expect(form.value('extra')).toBe('x')
    expect(String(form.input('extra'))).toContain('value="x"')
    const again = new HtmlForm({ shape, values: {}, named: ['extra'], isSubmitted: true })
    expect(String(again.input('extra'))).toContain('name="extra"')
  })

  test('is taken where the schema has fields of any name, or says nothing', () => {
    for (const schema of [z.looseObject({ a: z.string() }), z.record(z.string(), z.string())]) {
      const open = new HtmlForm({ shape: shapeOf(schema), values: {}, isSubmitted: false })
      expect(String(open.input('more'))).toContain('name="more"')
    }
  })
})

test('fields of each branch of a union are known, and its listed values are the options', () => {
  const union = z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('buy'), count: z.int().min(1).nullable() }),
    z.object({ kind: z.literal('ask'), text: z.string().min(1) }),
  ])
  const form = new HtmlForm({ shape: shapeOf(union), values: {}, isSubmitted: false })
  expect(String(form.select('kind'))).toContain(
    '<option value="buy">buy</option><option value="ask">',
  )
  expect(String(form.input('count'))).toBe('<input id="count" name="count" type="number" min="1" step="1" value="">') // prettier-ignore
  expect(String(form.input('text'))).toBe('<input id="text" name="text" type="text" value="">')
})
