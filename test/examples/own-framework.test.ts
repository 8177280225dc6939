import { readFileSync } from 'node:fs'
import { call, validator, type CallOptions } from '@phial/core'
import { describe, expect, test, vi } from 'vitest'
import { app } from '../../examples/04-own-framework/app.ts'
import { App, html, Response } from '../../examples/04-own-framework/framework.ts'

const HTML = 'text/html; charset=utf-8'
const PLAIN = 'text/plain; charset=utf-8'

/** Returns status, type and text of an answer. */
async function seen(site: App, options: CallOptions): Promise<(string | undefined)[]> {
  const { status, headers, text } = await call(validator(site), options)
  return [status, headers.find(([name]) => name === 'Content-Type')?.[1], text()]
}

test('the framework has fewer than a hundred lines', () => {
  const file = new URL('../../examples/04-own-framework/framework.ts', import.meta.url)
  expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(100)
})

describe('the site', () => {
  test.for<[path: string, status: string, type: string, text: string]>([
    ['/hello/john', '200 OK', HTML, '<h1>Hello john</h1>'],
    ['/hello/caf%C3%A9', '200 OK', HTML, '<h1>Hello café</h1>'],
    ['/hello/%3Cb%3E', '200 OK', HTML, '<h1>Hello &#60;b&#62;</h1>'],
    ['/add/1/2', '200 OK', 'application/json; charset=utf-8', '{"sum":3}'],
    ['/search?q=caf%C3%A9', '200 OK', PLAIN, 'You searched for café.'],
    ['/search?q=<b>', '200 OK', PLAIN, 'You searched for <b>.'],
    ['/hello/a/b', '404 Not Found', PLAIN, 'Not Found'],
    ['/nope', '404 Not Found', PLAIN, 'Not Found'],
    ['/hello', '405 Method Not Allowed', PLAIN, 'Method Not Allowed'],
  ])('%s answers %s', async ([path, ...answer]) => {
    expect(await seen(app, { path })).toEqual(answer)
  })

  test('has a form at its root', async () => {
    const [, type, text] = await seen(app, {})
    expect([type, text]).toEqual([HTML, expect.stringContaining('<form method="post"')])
  })

  test('redirects a form to its greeting', async () => {
    const post = { method: 'POST', path: '/hello', body: 'name=J%C3%B6rg+A' }
    const { status, headers } = await call(validator(app), post)
    expect(status).toBe('303 See Other')
    expect(headers).toContainEqual(['Location', 'hello/J%C3%B6rg%20A'])
  })

  test('answers 400 to a form without a name', async () => {
    expect(await seen(app, { method: 'POST', path: '/hello', body: 'name=' })).toEqual([
      '400 Bad Request',
      PLAIN,
      'Bad Request',
    ])
  })

  test('answers HEAD as GET', async () => {
    expect(await seen(app, { method: 'HEAD', path: '/hello/john' })).toEqual(['200 OK', HTML, ''])
  })
})

describe('the framework', () => {
  test('lists the methods of a path in Allow', async () => {
    const site = new App()
    site.route('PUT', '/x', () => '')
    site.route('GET', '/x', () => '')
    const { headers } = await call(validator(site), { method: 'POST', path: '/x' })
    expect(headers).toContainEqual(['Allow', 'PUT, GET'])
  })

  test('sends a response that a view throws', async () => {
    const site = new App()
    site.route('GET', '/', () => {
      // oxlint-disable-next-line only-throw-error -- the framework allows throwing a response
      throw new Response('Come back later', 'text/plain', '503 Service Unavailable')
    })
    expect(await seen(site, {})).toEqual(['503 Service Unavailable', PLAIN, 'Come back later'])
  })

  test.for<[view: () => unknown, message: string]>([
    [() => JSON.parse('{'), 'SyntaxError'],
    [() => undefined, 'TypeError: The view returned nothing'],
  ])('logs an error and answers with 500', async ([view, message]) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const site = new App()
    site.route('GET', '/', view)
    expect(await seen(site, {})).toEqual([
      '500 Internal Server Error',
      PLAIN,
      'Internal Server Error',
    ])
    expect(log).toHaveBeenCalledWith(expect.stringContaining(message))
    log.mockRestore()
  })

  test('html escapes values, except Html', () => {
    const inner = html`<b>${'<i>'}</b>`
    expect(html`<p title="${`"'&`}">${inner}${1}</p>`.toString()).toBe(
      '<p title="&#34;&#39;&#38;"><b>&#60;i&#62;</b>1</p>',
    )
  })
})
