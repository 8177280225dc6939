import { describe, expect, test } from 'vitest'
import { factsOf, outlineOf } from '../../../packages/framework/dist/templating/outline.js'
import { piecesOf } from '../../../packages/framework/dist/templating/tags.js'

/** The texts of a template that a stream cannot leave, as they are in functions. */
function held(source: string): string[] {
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

describe('a function’s body is told from other blocks', () => {
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
  ])('%s', (code) => {
    expect(held(`a<% ${code} %>b<% if (c) { %>d<% } %>`)).toEqual(['b', 'd'])
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
  ])('not %s', (code) => {
    expect(held(`a<% ${code} %>b<% } %>`)).toEqual([])
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
  ['the body', '<b><%~ it.body %></b>', { passesBody: true }],
  ['the body', '<%= it . body /* body */ ; %>', { passesBody: true }],
  ['the body', '<%~ it.body %><%~ it.body %>', { passesBody: false }],
  ['the body', "<% if (it['body']) { %><%~ it.body %><% } %>", { passesBody: false }],
  ['the body', '<% [1].map(() => { %><%~ it.body %><% }) %>', { passesBody: false }],
])('what a stream has to know: %s in %j', (_, source, expected) => {
  expect(facts(source)).toMatchObject(expected)
})
