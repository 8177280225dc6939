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

describe('the validator rejects an environ', () => {
  test.each(badEnvirons)('%s that %s', (rule, _what, environ) => {
    expect(breach(() => server(environ))).toBe(rule)
  })
})

describe('the validator accepts an environ', () => {
  test('of makeEnviron', () => {
    expect(breach(() => server(goodEnviron()))).toBe('no breach')
  })

  test('that is a spread copy', () => {
    expect(breach(() => server({ ...goodEnviron(), REMOTE_USER: 'john' }))).toBe('no breach')
  })

  test('whose prototype is null', () => {
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
