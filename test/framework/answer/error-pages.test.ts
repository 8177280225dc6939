import { abort } from 'phial'
import { describe, expect, test } from 'vitest'
import { failing, raise } from '../support.ts'

describe('the response to an error', () => {
  test('is a small page with its description, escaped', async () => {
    const { ask, log } = failing(() => abort(404, 'No <b>post</b>'))
    const response = await ask({ Accept: 'text/html,*/*;q=0.8' })
    const text = await response.text()
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(text).toContain('<title>404 Not Found</title>')
    expect(text).toContain('No &lt;b&gt;post&lt;/b&gt;')
    expect(log()).toBe('')
  })

  test.each([
    ['application/json', true],
    ['application/problem+json', true],
    ['application/json, text/html;q=0.9', true],
    ['application/json; charset=utf-8', true],
    ['application/vnd.api+json', true],
    ['*/*', false],
    ['text/html, application/json', false],
    ['text/plain', false],
    [';;;q=x', false],
  ])('is problem details for clients that prefer JSON: %s', async (accept, isJson) => {
    const response = await failing(() => abort(404, 'No post')).ask({ Accept: accept })
    expect(response.headers.get('vary')).toBe('Accept')
    expect(response.headers.get('content-type')).toContain(isJson ? 'problem+json' : 'text/html')
    if (!isJson) return
    const problem = { type: 'about:blank', title: 'Not Found', status: 404, detail: 'No post' }
    expect(await response.json()).toEqual(problem)
  })

  test('says nothing about an unexpected error, which is logged', async () => {
    const { ask, log } = failing(raise(new Error('the password is x')))
    const response = await ask()
    expect(response.status).toBe(500)
    expect(await response.text()).not.toMatch(/password|Broken|\.ts/)
    expect(log()).toMatch(/Exception on "\/" \[GET\]\n.*the password is x\n +at /s)
  })

  test('is a 500 for any thrown value', async () => {
    for (const thrown of ['text', undefined, null, 7, {}]) {
      const { ask, log } = failing(raise(thrown))
      // oxlint-disable-next-line no-await-in-loop
      expect((await ask()).status).toBe(500)
      expect(log()).toContain('Exception on "/" [GET]')
    }
  })
})
