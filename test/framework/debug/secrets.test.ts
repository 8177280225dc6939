import { describe, expect, test } from 'vitest'
import { MASK, Secrets } from '../../../packages/framework/dist/debug/secrets.js'

describe('a secret', () => {
  const secrets = new Secrets()
  secrets.learn({
    SECRET_KEY: 'open sesame',
    SECRET_KEY_FALLBACKS: ['older sesame'],
    MAIL: { host: 'mail.example', password: 'rosebud-1' },
    PIN_TOKEN: '1234',
  })

  test('is removed from text', () => {
    expect(secrets.mask('It was open sesame, then older sesame.')).toBe(
      `It was ${MASK}, then ${MASK}.`,
    )
    expect(secrets.mask('rosebud-1 at mail.example')).toBe(`${MASK} at mail.example`)
  })

  test('is removed even if it is part of another secret', () => {
    const both = new Secrets()
    both.add(['sesame', 'sesame-open'])
    expect(both.mask('sesame-open, sesame')).toBe(`${MASK}, ${MASK}`)
  })

  test('is hidden only by its name if it is short', () => {
    expect(secrets.mask('in 1234 days')).toBe('in 1234 days')
    expect(secrets.show('PIN_TOKEN', '1234')).toBe(MASK)
  })

  test('is hidden in an object', () => {
    const shown = secrets.show('MAIL', { host: 'mail.example', user: { password: 'abc' } })
    expect(shown).toBe(`{ host: 'mail.example', user: { password: '${MASK}' } }`)
  })

  test('is hidden in an array, and if it is a number', () => {
    expect(secrets.show('USERS', [{ name: 'ada', pass: 'abc' }])).toBe(
      `[ { name: 'ada', pass: '${MASK}' } ]`,
    )
    expect(secrets.show('pin', 1234)).toBe(MASK)
    expect(secrets.show('authRequired', true)).toBe('true')
  })

  test('is not a path or a URL without credentials', () => {
    const places = new Secrets()
    places.learn({
      API_URL: 'https://api.example.com/v1',
      SSH_AUTH_SOCK: '/tmp/agent',
      PWD: '/home/ada',
      PASSWORD_FILE: '/run/hidden',
      API_HOOK: 'https://ada:lovelace@example.com/',
    })
    const text = '/home/ada /tmp/agent https://api.example.com/v1'
    expect(places.mask(text)).toBe(text)
    expect(places.mask('in /run/hidden')).toBe(`in ${MASK}`)
    expect(places.mask('to https://ada:lovelace@example.com/')).toBe(
      `to https://ada:${MASK}@example.com/`,
    )
    expect(places.show('API_URL', 'https://api.example.com/v1')).toBe(MASK)
  })

  test('is shown as missing if it has no value', () => {
    expect(secrets.show('SECRET_KEY', undefined)).toBe('undefined')
    expect(secrets.show('SECRET_KEY_FALLBACKS', [])).toBe('[]')
  })

  test('is removed from the query of a URL by its name', () => {
    expect(secrets.mask('from https://a.example/?page=2&token=abc#x and /b?api_key=7 x')).toBe(
      `from https://a.example/?page=2&token=${MASK}#x and /b?api_key=${MASK} x`,
    )
  })

  test('is removed from a URL if it is the password', () => {
    expect(secrets.mask('redis://:pw@db and postgres://ada:x@y.z/shop?a=b:c@d')).toBe(
      `redis://:${MASK}@db and postgres://ada:${MASK}@y.z/shop?a=b:c@d`,
    )
  })
})
