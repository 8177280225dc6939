import { expect, test } from 'vitest'
import { addressesIn, foreignTagsIn } from '../../../packages/cli/src/check/html.ts'

test('finds forms with their methods, links and files, with their lines', () => {
  const page = `<!doctype html><link rel=stylesheet href=/a.css>
<!-- <img src="/no"> --><script>"<img src='/no'>"</script>
<FORM METHOD="Post"
  ACTION="/b?c=1&amp;d=2"><input name=e formaction="/f"></form><form action="/g"></form>
<form></form><a>no href</a><a href="">empty</a><p src="/no"><img alt src=' /h '>`
  expect(addressesIn(page)).toEqual([
    { tag: 'link', attribute: 'href', address: '/a.css', method: undefined, line: 1 },
    { tag: 'form', attribute: 'action', address: '/b?c=1&d=2', method: 'POST', line: 3 },
    { tag: 'form', attribute: 'action', address: '/g', method: 'GET', line: 4 },
    { tag: 'img', attribute: 'src', address: '/h', method: undefined, line: 5 },
  ])
})

test('finds tags of other template languages in text and attributes', () => {
  const html = `<h1>{{ user }}</h1>
<a href="/users/{{ user.id }}">{% if user %}</a>
{ {a} } {{}} {{ not
closed }}`
  expect(foreignTagsIn(html)).toEqual([
    { text: '{{ user }}', line: 1 },
    { text: '{{ user.id }}', line: 2 },
    { text: '{% if user %}', line: 2 },
  ])
})

test.for([
  '<script>const a = {{ b: 1 }}</script>',
  '<pre><code>{{ user }}</code></pre>',
  '<template>{{ user }}</template>',
  '<div v-if="a">{{ user }}</div>',
  '<div x-data="{}"><p>{{ user }}</p></div>',
  '<p ng-app>{{ user }}</p>',
])('ignores %s, which is meant for the browser', (html) => {
  expect(foreignTagsIn(html)).toEqual([])
})
