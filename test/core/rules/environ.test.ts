import { GatewayError, validator } from '@phial/core'
import { describe, expect, test } from 'vitest'
import { badEnvirons, goodEnviron, hello, wrongly } from '../support/breaches.ts'

const server = (environ: unknown): unknown =>
  validator(hello)(wrongly(environ), () => () => undefined)

function breach(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error instanceof GatewayError ? error.rule : error
  }
  return 'no breach'
}

describe('the validator refuses an environ', () => {
  test.each(badEnvirons)('%s that %s', (rule, _what, environ) => {
    expect(breach(() => server(environ))).toBe(rule)
  })
})

describe('the validator takes an environ', () => {
  test('that makeEnviron made', () => {
    expect(breach(() => server(goodEnviron()))).toBe('no breach')
  })

  test('that middleware spread into another', () => {
    expect(breach(() => server({ ...goodEnviron(), REMOTE_USER: 'john' }))).toBe('no breach')
  })

  test('that has null for a prototype', () => {
    expect(breach(() => server(Object.assign(Object.create(null), goodEnviron())))).toBe(
      'no breach',
    )
  })

  test.each([
    ['SCRIPT_NAME', '/a/b'], ['PATH_INFO', ''], ['PATH_INFO', '/caf\u00c3\u00a9'], ['CONTENT_LENGTH', ''],
    ['SERVER_PROTOCOL', 'HTTP/2'], ['wsgi.url_scheme', 'https'], ['my.own', { anything: true }],
  ])('with %s as %j', (key, value) => {
    expect(breach(() => server(goodEnviron({ [key]: value })))).toBe('no breach')
  }) // prettier-ignore
})
