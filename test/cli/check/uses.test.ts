import { expect, test } from 'vitest'
import { partsOf } from '../../../packages/cli/src/check/template.ts'
import { usesIn } from '../../../packages/cli/src/check/uses.ts'

const uses = (source: string): string[] =>
  partsOf({ name: 'a.eta', file: '/a.eta', source }).uses.map(
    ({ name, field, line }) => `${line} ${name}${field === undefined ? '' : ` ${field}`}`,
  )

test('finds the names of data, with their lines in the template', () => {
  expect(uses("<%= it.title %>\n<% if (it.user?.name) { %><%= it['x'] %><% } %>")).toEqual([
    '1 title',
    '2 user',
  ])
  expect(uses('<% const { post, form: f = it.other, ...rest } = it %>\n<%= post.it %>')).toEqual([
    '1 post',
    '1 form',
    '1 other',
  ])
})

test('finds fields of forms, even through a variable', () => {
  expect(
    uses(`<% const { form } = it %>
<%= form.input('a') %><%= it.form.error('b') %><%= form.error() %>
<% const f = it.form %><%= f.select('c') %><%= form.input(name) %>`),
  ).toEqual(['1 form', '2 form a', '2 form b', '2 form', '3 form', '3 form c'])
})

test('ignores other variables named it or form', () => {
  expect(uses("<% it.forms.forEach((form) => { %><%= form.input('a') %><% }) %>")).toEqual([
    '1 forms',
  ])
  expect(uses('<% list.forEach((it) => { %><%= it.name %><% }) %>')).toEqual([])
  expect(usesIn('it.', 0)).toEqual([])
})
