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

  test('is taken out of every text', () => {
    expect(secrets.mask('It was open sesame, then older sesame.')).toBe(
      `It was ${MASK}, then ${MASK}.`,
    )
    expect(secrets.mask('rosebud-1 at mail.example')).toBe(`${MASK} at mail.example`)
  })

  test('that is a part of another goes with it', () => {
    const both = new Secrets()
    both.add(['sesame', 'sesame-open'])
    expect(both.mask('sesame-open, sesame')).toBe(`${MASK}, ${MASK}`)
  })

  test('that is too short is hidden by its name alone', () => {
    expect(secrets.mask('in 1234 days')).toBe('in 1234 days')
    expect(secrets.show('PIN_TOKEN', '1234')).toBe(MASK)
  })

  test('is hidden within an object', () => {
    const shown = secrets.show('MAIL', { host: 'mail.example', user: { password: 'abc' } })
    expect(shown).toBe(`{ host: 'mail.example', user: { password: '${MASK}' } }`)
  })

  test('is hidden within a list, and where it is a number', () => {
    expect(secrets.show('USERS', [{ name: 'ada', pass: 'abc' }])).toBe(
      `[ { name: 'ada', pass: '${MASK}' } ]`,
    )
    expect(secrets.show('pin', 1234)).toBe(MASK)
    expect(secrets.show('authRequired', true)).toBe('true')
  })

  test('is not what only says where something is', () => {
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

  test('that is not there is said to be missing', () => {
    expect(secrets.show('SECRET_KEY', undefined)).toBe('undefined')
    expect(secrets.show('SECRET_KEY_FALLBACKS', [])).toBe('[]')
  })

  test('in a query is a value with such a name, in any URL', () => {
    expect(secrets.mask('from https://a.example/?page=2&token=abc#x and /b?api_key=7 x')).toBe(
      `from https://a.example/?page=2&token=${MASK}#x and /b?api_key=${MASK} x`,
    )
  })

  test('in a URL is its password', () => {
    expect(secrets.mask('redis://:pw@db and postgres://ada:x@y.z/shop?a=b:c@d')).toBe(
      `redis://:${MASK}@db and postgres://ada:${MASK}@y.z/shop?a=b:c@d`,
    )
  })
})
