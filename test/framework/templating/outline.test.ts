import { describe, expect, test } from 'vitest'
import { factsOf, outlineOf } from '../../../packages/framework/dist/templating/outline.js'
import { piecesOf } from '../../../packages/framework/dist/templating/tags.js'

/** Returns the texts of a template that are within functions, where a stream cannot pause. */
function textsInFunctions(source: string): string[] {
  const pieces = piecesOf(source, 'a.eta')
  const { roles } = outlineOf(pieces)
  return pieces.flatMap((piece, index) =>
    piece.kind === 'text' && roles[index]?.isInFunction === true ? [piece.text] : [],
  )
}

const facts = (source: string): ReturnType<typeof factsOf> => {
  const pieces = piecesOf(source, 'a.eta')
  return factsOf(pieces, outlineOf(pieces))
}

describe('a brace opens a function body', () => {
  test.each([
    '(() => {',
    '(async (a) => {',
    '(a => {',
    'function f(a) {',
    'const f = async function () {',
    'function* f() {',
    'const o = { m() {',
    'const o = { get m() {',
    'class A { static m(a) {',
    'class A { static {',
    'if (a) { b.forEach((c) => {',
  ])('in %s', (code) => {
    expect(textsInFunctions(`a<% ${code} %>b<% if (c) { %>d<% } %>`)).toEqual(['b', 'd'])
  })

  test.each([
    'if (f(() => { return 1 })) {',
    'for (const a of b) {',
    'for await (const a of b) {',
    'while (a) {',
    'switch (a) { case 1:',
    'try {} catch (e) {',
    'try {',
    'if (a) {} else {',
    'do {',
    'a: {',
    '{',
    '(() => { 1 })(); {',
  ])('not in %s', (code) => {
    expect(textsInFunctions(`a<% ${code} %>b<% } %>`)).toEqual([])
  })
})

test.each([
  ['await', "<% 'await' // await %><% a.b %>", { awaits: false }],
  ['await', '<% const a = [await b] %>', { awaits: true }],
  ['layout', "<% it.layout('a') /* layout('a') */ %>", { callsLayout: false }],
  ['layout', "<% layout ('a') %>", { callsLayout: true }],
  [
    'blocks',
    "<% block('a', b) %><%~ block('c') %><%= `${block(`d`, e)}` %>",
    { blocks: ['a', 'd'] },
  ],
  ['blocks', '<% block(a, b) %>', { blocks: undefined }],
  ['blocks', "<% block('a' + b, c) %>", { blocks: undefined }],
  ['it.body', '<b><%~ it.body %></b>', { passesBody: true }],
  ['it.body', '<%= it . body /* body */ ; %>', { passesBody: true }],
  ['it.body', '<%~ it.body %><%~ it.body %>', { passesBody: false }],
  ['it.body', "<% if (it['body']) { %><%~ it.body %><% } %>", { passesBody: false }],
  ['it.body', '<% [1].map(() => { %><%~ it.body %><% }) %>', { passesBody: false }],
])('factsOf detects %s in %j', (_, source, expected) => {
  expect(facts(source)).toMatchObject(expected)
})
