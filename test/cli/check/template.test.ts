import { expect, test } from 'vitest'
import { partsOf } from '../../../packages/cli/src/check/template.ts'

const parts = (source: string): ReturnType<typeof partsOf> =>
  partsOf({ name: 'a.eta', file: '/a.eta', source })

test('finds calls with their lines in the template, even within multi-line tags', () => {
  const { calls } = parts(`<% layout('base') %>
<p title="a%b">it's
<%
  const to =
    urlFor('two')
%>
<%= urlFor('three', { a: '%>' }) %> <%~ include('row') %>`)
  expect(calls.map(({ name, line }) => `${name} ${line}`)).toEqual([
    'layout 1',
    'urlFor 5',
    'urlFor 7',
    'include 7',
  ])
})

test('finds URLs that are literal, a single call, or composed of parts', () => {
  const { addresses } = parts(`<form method="post"
  action="<%= urlFor('login') %>"><% if (a) { %><img src="/a.png"><% } %>
<a href="/posts/<%= it.id %>"><a href="<%= it.url %>"><input <%= it.x %>><a
href="<%= urlFor('a') + '#b' %>">`)
  expect(addresses.map(({ tag, line, isPlain, call }) => [tag, line, isPlain, call?.name])).toEqual(
    [
      ['form', 1, false, 'urlFor'],
      ['img', 2, true, undefined],
      ['a', 3, false, undefined],
      ['a', 3, false, undefined],
      ['a', 3, false, 'urlFor'],
    ],
  )
})

test('does not mistake a parameter named urlFor for Phial’s', () => {
  const { calls, addresses } = parts(`<% it.links.forEach((urlFor) => { %>
<a href="<%= urlFor('none') %>"><% }) %>
<a href="<%= urlFor('some') %>"><% const urlFor = it.x %>`)
  expect(calls).toEqual([])
  expect(addresses.map(({ call }) => call?.name)).toEqual([undefined, undefined])
  expect(parts("<% it.f((x) => { %><%= urlFor('a') %><% }) %>").calls).toHaveLength(1)
})

test('throws if the syntax of a template is invalid', () => {
  expect(() => parts('<% if (a) { %>')).toThrow('/a.eta')
  expect(() => parts('a\n<%= b')).toThrow('/a.eta:2')
})

test('accepts await, because the template may be streamed', () => {
  expect(parts("<% for await (const a of it.b) { %><%= urlFor('x') %><% } %>").calls).toHaveLength(
    1,
  )
})
