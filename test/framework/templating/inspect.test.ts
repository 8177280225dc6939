import { describe, expect, test } from 'vitest'
import { foreignTags, partsOf } from '../../../packages/framework/dist/templating/inspect.js'
import { piecesOf } from '../../../packages/framework/dist/templating/tags.js'

const parts = (source: string): ReturnType<typeof partsOf> =>
  partsOf({ name: 'a.eta', file: '/a.eta', source })

test('the script contains the code of all tags, and lineOf maps its lines to the template', () => {
  const source =
    "<% layout('base') %>\n<% { %><% { %><%= one() %><% } } %>\n\n<%~ await two(\n  three()\n) %>"
  const { script, lineOf } = parts(source)
  const lines = ['layout(', 'one(', 'two(', 'three('].map((call) =>
    lineOf(script.slice(0, script.lastIndexOf(call)).split('\n').length),
  )
  expect(lines).toEqual([1, 2, 4, 5])
})

test('partsOf throws for an invalid template', () => {
  expect(() => parts('\n<% if (x) { %>')).toThrow('/a.eta:2: SyntaxError: The { in')
})

describe('tags of other template languages', () => {
  test.each([
    ['{{ user }}', '<%= it.user %>'],
    ['{{user.name}}', '<%= it.user.name %>'],
    ['{{ it.user }}', '<%= it.user %>'],
    ['{{ user|upper }}', '<%= it.user %>'],
  ])('%s is found with a remedy', (text, instead) => {
    const pieces = piecesOf(`a\n<% if (x) { %>\nb\n${text}<% } %>`, 'a.eta')
    expect(foreignTags(pieces)).toEqual([
      {
        line: 4,
        text,
        name: 'user',
        advice: `${text} is not an Eta tag, so it is printed literally. Write ${instead}`,
      },
    ])
  })

  test.each([
    '<script>const a = {{ user }}</script>',
    '<style>a {{ b }}</style>',
    '<template><b>{{ user }}</b></template>',
    '<div v-pre>{{ user }}</div>',
    '<%= "{{ user }}" %>',
    '{{}} {{ 1 }} {{ a + b }} { { a } }',
  ])('%j is not reported', (source) => {
    expect(foreignTags(piecesOf(source, 'a.eta'))).toEqual([])
  })
})
