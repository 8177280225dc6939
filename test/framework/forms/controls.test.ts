import { expect, test } from 'vitest'
import { z } from 'zod'
import { type FieldValues, HtmlForm } from 'phial'
import { shapeOf } from '../../../packages/framework/src/forms/shape.ts'
import { errorIdOf, idOf } from '../../../packages/framework/src/forms/controls.ts'
import { signUp } from './schema.ts'

const showing = (values: FieldValues = {}, wrong: string[] = []): HtmlForm => {
  const issues = wrong.map((name) => ({ path: [name], message: 'no' }))
  return new HtmlForm({ shape: shapeOf(signUp), values, issues, isSubmitted: true })
}

test('an input is filled in and escaped', () => {
  const form = showing({ name: '"><script>', age: 20 })
  expect(String(form.input('name'))).toBe(
    '<input id="name" name="name" type="text" minlength="2" maxlength="40" required value="&quot;&gt;&lt;script&gt;">',
  )
  expect(String(form.input('age'))).toContain('value="20"')
  expect(String(showing().input('name'))).toContain('value=""')
})

test('attributes of the template override those of the schema', () => {
  const html = String(showing().input('name', { type: 'search', required: false, class: 'wide' }))
  expect(html).toBe(
    '<input id="name" name="name" type="search" minlength="2" maxlength="40" value="" class="wide">',
  )
})

test.for(['password', 'file'])('a %s is never filled in', (type) => {
  expect(String(showing({ name: 'secret' }).input('name', { type }))).not.toMatch(/secret|value/)
})

test('a password field by its schema is never filled in', () => {
  const shape = shapeOf(z.object({ pass: z.string().meta({ format: 'password' }) }))
  const form = new HtmlForm({ shape, values: { pass: 'secret' }, isSubmitted: true })
  expect(String(form.input('pass'))).toBe('<input id="pass" name="pass" type="password">')
})

test('a hidden input has only its value', () => {
  const html = String(showing({ name: 'x' }, ['name']).input('name', { type: 'hidden' }))
  expect(html).toBe('<input type="hidden" name="name" value="x">')
})

test('a control references its error, and the first invalid one gets the focus', () => {
  const form = showing({}, ['email', 'name'])
  const hinted = String(form.input('name', { 'aria-describedby': 'hint' }))
  expect(hinted).toContain('aria-describedby="hint name-error" aria-invalid="true"')
  expect(hinted).not.toContain('autofocus')
  expect(String(form.input('email'))).toContain('autofocus')
  expect(String(form.input('age'))).not.toMatch(/aria|autofocus/)
  expect(String(form.error('name'))).toBe('<p class="error" id="name-error">no</p>')
})

test('a checkbox is checked if its value is true', () => {
  expect(String(showing().input('news'))).toBe('<input id="news" name="news" type="checkbox">')
  expect(String(showing({ news: true }).input('news'))).toContain(' checked')
  expect(String(showing({ news: false }).input('news'))).not.toContain('checked')
  expect(String(showing({ news: ['on'] }).input('news'))).toContain(' checked')
})

test('of several checkboxes, the selected ones are checked', () => {
  const form = showing({ days: ['sun'] })
  const box = (value: string): string => String(form.input('days', { type: 'checkbox', value }))
  expect(box('sat')).toBe('<input id="days-sat" name="days" type="checkbox" value="sat">')
  expect(box('sun')).toBe('<input id="days-sun" name="days" type="checkbox" value="sun" checked>')
})

test('the selected radio button is checked', () => {
  const form = showing({ colour: 'red' })
  const radio = (value: string): string => String(form.input('colour', { type: 'radio', value }))
  expect(radio('red')).toBe(
    '<input id="colour-red" name="colour" type="radio" value="red" checked>',
  )
  expect(radio('green')).not.toContain('checked')
})

test('a select has the options of the schema, or those of the template', () => {
  const form = showing({ colour: 'green', days: ['sat'] })
  expect(String(form.select('colour'))).toBe(
    '<select id="colour" name="colour"><option value="red">red</option><option value="green" selected>green</option></select>',
  )
  expect(String(form.select('colour', { '': 'Any', green: '<Green>' }, { class: 'x' }))).toBe(
    '<select id="colour" name="colour" class="x"><option value="">Any</option><option value="green" selected>&lt;Green&gt;</option></select>',
  )
  expect(String(form.select('days'))).toContain('<select id="days" name="days" multiple>')
})

test('a textarea keeps its text, including leading line breaks', () => {
  expect(String(showing({ name: '\n</textarea>' }).textarea('name', { rows: 3 }))).toBe(
    '<textarea id="name" name="name" required minlength="2" maxlength="40" rows="3">\n\n&lt;/textarea&gt;</textarea>',
  )
})

test('dates are formatted for the type of the input', () => {
  const form = showing({ when: new Date(0) })
  expect(String(form.input('when', { type: 'date' }))).toContain('value="1970-01-01"')
  expect(String(form.input('when'))).toContain('value="1970-01-01T00:00:00.000Z"')
})

test('ids do not contain spaces', () => {
  expect([idOf('my name'), errorIdOf('my name')]).toEqual(['my-name', 'my-name-error'])
})
