import { HtmlForm, Markup } from 'phial'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { shapeOf } from '../../../packages/framework/src/forms/shape.ts'

const issue = { path: ['tags', 1], message: 'No <b>' }
const shape = shapeOf(z.object({ tags: z.array(z.string()).meta({ title: 'Words' }) }))

test('a form that was not submitted is neither valid nor has errors', () => {
  const form = new HtmlForm({ shape, values: {}, isSubmitted: false, data: 'x' })
  expect(form).toMatchObject({ isSubmitted: false, isValid: false, data: undefined, status: 200 })
})

test('a submitted form is valid until an error is added', () => {
  const form = new HtmlForm({ shape, values: {}, isSubmitted: true, data: { tags: [] } })
  expect(form).toMatchObject({ isValid: true, data: { tags: [] }, status: 200 })
  form.addError('tags', 'taken')
  expect(form).toMatchObject({ isValid: false, data: undefined, status: 422 })
  expect(form.errors('tags')).toEqual(['taken'])
})

test('an issue belongs to its field, or to the form if it does not have a path', () => {
  const form = new HtmlForm({ shape, values: {}, isSubmitted: true, issues: [issue] })
  form.addError(undefined, 'All wrong')
  expect(form.errors('tags')).toEqual(['No <b>'])
  expect(form.errors()).toEqual(['All wrong'])
})

test('errors are escaped HTML', () => {
  const form = new HtmlForm({ shape, values: {}, isSubmitted: true, issues: [issue, issue] })
  const error = form.error('tags')
  expect(error).toBeInstanceOf(Markup)
  expect(String(error)).toBe('<p class="error" id="tags-error">No &lt;b&gt;<br>No &lt;b&gt;</p>')
  expect(String(form.error())).toBe('')
  form.addError(undefined, '<i>')
  expect(String(form.error())).toBe('<p class="error" role="alert">&lt;i&gt;</p>')
})

test('a label has the given text, the title of the schema, or the name', () => {
  const form = new HtmlForm({ shape, values: {}, isSubmitted: false })
  expect(String(form.label('tags', 'A & B'))).toBe('<label for="tags">A &amp; B</label>')
  expect(String(form.label('tags'))).toBe('<label for="tags">Words</label>')
  const silent = new HtmlForm({ shape: undefined, values: {}, isSubmitted: false })
  expect(String(silent.label('more'))).toBe('<label for="more">more</label>')
})

test('value returns only own values', () => {
  const form = new HtmlForm({ shape, values: { tags: ['a'] }, isSubmitted: true })
  expect(form.value('tags')).toEqual(['a'])
  const silent = new HtmlForm({ shape: undefined, values: {}, isSubmitted: true })
  expect(silent.value('constructor')).toBeUndefined()
})

describe('a name that the schema does not have', () => {
  const form = new HtmlForm({ shape, values: { extra: 'x' }, isSubmitted: false })
  const controls = ['input', 'textarea', 'select'] as const
  const others = ['label', 'error', 'errors', 'value'] as const

  test.each([...controls, ...others])('%s throws with the most similar name', (method) => {
    expect(() => form[method]('tag')).toThrow('has no field "tag". Did you mean "tags"?')
  })

  test.each(controls)('%s throws even if no name is similar', (method) => {
    expect(() => form[method]('constructor')).toThrow('It has tags.')
  })

  test.each(others)('%s does not throw for a custom control', (method) => {
    expect(() => form[method]('constructor')).not.toThrow()
  })

  test('addError throws', () => {
    expect(() => form.addError('tag', 'taken')).toThrow('Did you mean "tags"?')
  })

  test('is accepted if the view passes a value for it', () => {
    expect(form.value('extra')).toBe('x')
    expect(String(form.input('extra'))).toContain('value="x"')
    const again = new HtmlForm({ shape, values: {}, named: ['extra'], isSubmitted: true })
    expect(String(again.input('extra'))).toContain('name="extra"')
  })

  test('is accepted if the schema allows any names', () => {
    for (const schema of [z.looseObject({ a: z.string() }), z.record(z.string(), z.string())]) {
      const open = new HtmlForm({ shape: shapeOf(schema), values: {}, isSubmitted: false })
      expect(String(open.input('more'))).toContain('name="more"')
    }
  })
})

test('a union has the fields of each branch, and its enumerated values are options', () => {
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
