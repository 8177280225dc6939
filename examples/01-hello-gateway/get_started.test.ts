import { call, validator } from '@phial/core'
import { describe, expect, test } from 'vitest'
import { showEnviron } from './environ.ts'
import { helloWorld } from './get_started.ts'

const app = validator(helloWorld)

describe('hello, gateway', () => {
  test.for<[path: string, text: string]>([
    ['/', 'Hello world'],
    ['/?subject=john', 'Hello john'],
    ['/?subject=john&subject=george', 'Hello john'],
    ['/?subject=', 'Hello world'],
    ['/?subject', 'Hello world'],
    ['/?subject=&subject=george', 'Hello george'],
    ['/?Subject=john', 'Hello world'],
    ['/anywhere?subject=john', 'Hello john'],
    ['/?subject=%3Cb%3E', 'Hello &lt;b&gt;'],
    ['/?subject=%22%27%26', 'Hello &quot;&#x27;&amp;'],
    ['/?subject=%26lt;', 'Hello &amp;lt;'],
    ['/?subject=caf%C3%A9', 'Hello café'],
    ['/?subject=john+paul', 'Hello john paul'],
  ])('%s returns %s', async ([path, text]) => {
    const answer = await call(app, { path })
    expect([answer.status, answer.text()]).toEqual(['200 OK', text])
  })

  test('a second question mark belongs to the query', async () => {
    expect((await call(helloWorld, { path: '/??subject=john' })).text()).toBe('Hello world')
  })

  test('declares HTML in UTF-8', async () => {
    const { headers } = await call(app, {})
    expect(headers).toContainEqual(['Content-Type', 'text/html; charset=utf-8'])
  })

  test('reads bytes that are not percent-encoded', async () => {
    const answer = await call(app, { environ: { QUERY_STRING: 'subject=cafÃ©' } })
    expect(answer.text()).toBe('Hello café')
  })
})

describe('show environ', () => {
  test('prints every key, sorted and numbered', async () => {
    const lines = (await call(validator(showEnviron), { path: '/a%0Ab' })).text().split('\n')
    const keys = lines.slice(0, -1).map((line) => /^\d+\. (\S+): ./.exec(line)?.[1] ?? line)
    expect(keys).toEqual([...keys].sort())
    expect(keys).toContain('wsgi.input')
    expect(lines.map((line) => Number.parseInt(line, 10))).toEqual([
      ...keys.map((_, index) => index + 1),
      NaN,
    ])
    expect(lines).toContainEqual(expect.stringMatching(/^\d+\. PATH_INFO: '\/a\\nb'$/))
  })
})
