import { int, Phial } from 'phial'
import { expect, test } from 'vitest'
import { callsIn } from '../../../packages/cli/src/check/calls.ts'
import { judgeAddress, judgeTemplate, judgeUrl } from '../../../packages/cli/src/check/judge.ts'
import { partsOf } from '../../../packages/cli/src/check/template.ts'

const app = new Phial(import.meta.url, {
  templateFolder: '../../framework/templating/templates',
  staticFolder: '../../framework/static',
})
app.get('/', { endpoint: 'index' }, () => expect.unreachable())
app.route('/posts/:id', { endpoint: 'post', params: { id: int }, methods: ['POST'] }, () => '')
app.get('/posts/:id/:slug', { endpoint: 'long', defaults: { page: 1 } }, () => '')
app.get('/wide', { endpoint: 'get-only' }, () => '')

const known = ['urlFor', 'include', 'renderTemplate']
const call = (code: string): ReturnType<typeof callsIn>[number] => {
  const [first] = callsIn({ path: 'a.js', source: code, known })
  return first ?? expect.fail(code)
}
const html = async (source: string): Promise<string | undefined> => {
  const [address] = partsOf({ name: 'a.eta', file: '/a.eta', source }).addresses
  return judgeAddress(app, address ?? expect.fail(source))
}

test.for([
  "urlFor('index')",
  "urlFor('.index')",
  "urlFor('post', { id: 7 })",
  "urlFor('post', { id })",
  "urlFor('post', { ...values })",
  "urlFor('post', values)",
  "urlFor('post', { id, page: 2 }, { method: 'POST' })",
  'urlFor(name)',
  'urlFor(`a${b}`)',
  "urlFor('static', { path: 'css/site.css' })",
  "urlFor('static', { path: 'a b.txt' })",
  "urlFor('static', { path })",
])('accepts %s', async (code) => {
  expect(await judgeUrl(app, call(code))).toBeUndefined()
})

test.for([
  ["urlFor('indx')", 'No route has the endpoint "indx". Did you mean "index"?'],
  ["urlFor('indx', values)", 'No route has the endpoint "indx". Did you mean "index"?'],
  ["urlFor('post')", 'values are missing: id.'],
  ["urlFor('post', { page })", 'values are missing: id.'],
  ["urlFor('long', { id })", 'values are missing: slug.'],
  ["urlFor('post', { id: 'x' })", '(/posts/:id): id: '],
  ["urlFor('post', { id: 1 }, { method: 'GET' })", 'it answers POST, not GET'],
  ["urlFor('static', { path: 'css/none.css' })", 'no such file: /static/css/none.css'],
] as const)('reports %s', async ([code, fault]) => {
  expect(await judgeUrl(app, call(code))).toContain(fault)
})

test('finds a template by name, as the first of several, and relative to another template', () => {
  const judge = (code: string, from?: string): unknown => judgeTemplate(app, call(code), from)
  for (const code of [
    "renderTemplate('hello')",
    "renderTemplate(['none', 'hello'])",
    'renderTemplate(name)',
    "renderTemplate(['none', name])",
  ])
    expect(judge(code)).toBeUndefined()
  expect(judge("include('../hello')", 'broken/include.eta')).toBeUndefined()
  expect(judge("include('./hello')", 'broken/include.eta')).toContain(
    'Template "./hello" was not found',
  )
  expect(judge("renderTemplate(['none', 'neither'])")).toContain(
    'Template "none" or "neither" was not found',
  )
  expect(judge("renderTemplate('broken/unclosed')")).toBeUndefined()
})

test.for([
  `<form method="post" action="<%= urlFor('post', { id: it.id }) %>">`,
  '<form method="post" action="/posts/7">',
  '<form action="/wide?a=1#b">',
  '<form method="dialog" action="/none">',
  '<form method="<%= it.method %>" action="/wide">',
  '<form method="post" action="https://example.com/">',
  '<form method="post" action="//example.com/">',
  '<form method="post" action="<%= it.where %>">',
  `<form method="post" action="<%= urlFor(it.where) %>">`,
  '<form method="post" action="/posts/<%= it.id %>">',
  '<a href="/none">',
  '<img src="/static/css/site.css">',
  '<img src="/static/%zz">',
  '<img src="relative.png">',
])('accepts %s', async (source) => {
  const fault = await html(source)
  if (source.includes('%zz')) expect(fault).toBe('no such file: /static/%zz')
  else expect(fault).toBeUndefined()
})

test.for([
  [`<form action="<%= urlFor('post', { id: it.id }) %>">`, 'endpoint post does not accept GET'],
  [
    `<form method="post" action="<%= urlFor('get-only') %>">`,
    '/wide does not accept POST. Allowed: GET, HEAD, OPTIONS',
  ],
  ['<form method="post" action="/wide">', '/wide does not accept POST'],
  ['<form method="post" action="/none">', 'no route matches /none'],
  [
    '<form method="delete" action="/wide">',
    'expected the form method GET or POST, received DELETE',
  ],
  ['<script src="/static/none.js"></script>', 'no such file: /static/none.js'],
] as const)('reports %s', async ([source, fault]) => {
  expect(await html(source)).toContain(fault)
})
