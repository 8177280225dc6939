import { expect, test } from 'vitest'
import { platformResponses } from '../../../packages/cli/src/check/responses.ts'

const lines = (code: string, imports = "import { Phial } from 'phial'"): number[] =>
  platformResponses('app.ts', `${imports}\n${code}`)

test.for([
  "new Response('<h1>Hello</h1>')",
  'new Response(`Hello ${name}`)',
  "new Response('a' + b, { status: 201 })",
  "app.get('/', () => new Response('a'))",
])('reports %s, which is text/plain', (code) => {
  expect(lines(code)).toEqual([2])
})

test.for([
  'new Response()',
  'new Response(null, { status: 204 })',
  'new Response(bytes)',
  "new Response('a', { headers })",
  "new Response('a', { headers: { 'Content-Type': 'text/html' } })",
  "new Response('a', options)",
  "new Response('a', { ...options })",
  "Response.json('a')",
  "function f(Response) { return new Response('a') }",
  "class Response {}\nnew Response('a')",
])('accepts %s', (code) => {
  expect(lines(code)).toEqual([])
})

test('accepts Phial’s Response, another Response, and a module that does not import phial', () => {
  const code = "new Response('a')"
  expect(lines(code, "import { Phial, Response } from 'phial'")).toEqual([])
  expect(
    lines(code, "import { Phial } from 'phial'\nimport { Response } from './mine.ts'"),
  ).toEqual([])
  expect(lines(code, "import { fromFetch } from '@phial/core'")).toEqual([])
})
