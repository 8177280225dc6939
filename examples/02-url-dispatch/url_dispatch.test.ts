import { call, dispatcher, validator } from '@phial/core'
import { expect, test } from 'vitest'
import { application } from './url_dispatch.ts'

const app = validator(application)
const HTML = 'text/html; charset=utf-8'
const PLAIN = 'text/plain; charset=utf-8'

test.for<[path: string, status: string, type: string, text: string]>([
  ['/hello', '200 OK', HTML, 'Hello World'],
  ['/hello/', '200 OK', HTML, 'Hello World'],
  ['/hello/john', '200 OK', HTML, 'Hello john'],
  ['/hello/a/b', '200 OK', HTML, 'Hello a/b'],
  ['/hello/a%2Fb', '200 OK', HTML, 'Hello a/b'],
  ['/hello/a%0Ab', '200 OK', HTML, 'Hello a\nb'],
  ['/hello/hello', '200 OK', HTML, 'Hello hello'],
  ['/hello/%3Cb%3E', '200 OK', HTML, 'Hello &lt;b&gt;'],
  ['/hello/%22%27%26', '200 OK', HTML, 'Hello &quot;&#x27;&amp;'],
  ['/hello/caf%C3%A9', '200 OK', HTML, 'Hello café'],
  ['//hello', '200 OK', HTML, 'Hello World'],
  ['/nope', '404 Not Found', PLAIN, 'Not Found'],
  ['/helloo', '404 Not Found', PLAIN, 'Not Found'],
  ['/othello', '404 Not Found', PLAIN, 'Not Found'],
  ['/Hello', '404 Not Found', PLAIN, 'Not Found'],
])('%s returns %s', async ([path, status, type, text]) => {
  const answer = await call(app, { path })
  expect(answer.status).toBe(status)
  expect(answer.headers).toContainEqual(['Content-Type', type])
  expect(answer.text()).toBe(text)
})

test('the index links to the greeting', async () => {
  expect((await call(app, {})).text()).toContain('href="/hello/"')
})

test('the link includes the prefix if the application is mounted', async () => {
  const site = dispatcher(app, { '/a "b"': app })
  expect((await call(site, { path: '/a "b"/' })).text()).toContain('href="/a%20%22b%22/hello/"')
})
