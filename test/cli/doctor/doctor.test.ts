import { expect, test } from 'vitest'
import { siteWith } from '../support/site.ts'

const fit = `import { Phial, session } from 'phial'
import { proxyFix } from '@phial/core'
export const app = new Phial(import.meta.url, { config: { TRUSTED_HOSTS: ['example.com'], SESSION_COOKIE_SECURE: true } })
app.config.fromPrefixedEnv()
app.get('/', () => String(session.count))
app.errorHandler(404, () => 'not here')
app.errorHandler(500, () => 'sorry')
app.wsgiApp = proxyFix({ for: 1, proto: 1, host: 1 })(app.wsgiApp)
`
const secret = '0123456789abcdef0123456789abcdef'

test('phial doctor finds no fault in an app that is ready for production', async () => {
  await using site = await siteWith({ 'app.ts': fit, '.env': `PHIAL_SECRET_KEY=${secret}` })
  expect(await site.run(['doctor', '--proxies', '1'])).toEqual({
    code: 0,
    stdout: `\
value  SECRET_KEY             PHIAL_SECRET_KEY, .env
value  SESSION_COOKIE_SECURE  code
value  TRUSTED_HOSTS          code
value  all others             default
No faults.
`,
    stderr: '',
  })
  const { code, stdout } = await site.run(['doctor'])
  const [first] = stdout.split('\n')
  expect([code, first]).toEqual([
    0,
    'note   proxy                  X-Forwarded-* is trusted from one proxy. This is correct with one proxy in front of the app. Pass --proxies with the actual number to check it.',
  ])
})

/** Faults: the line that each replaces, the replacement, and the topic of the finding. */
const planted: [from: string, to: string, about: RegExp][] = [
  ["'example.com'", '', /hosts +TRUSTED_HOSTS is empty/],
  ['COOKIE_SECURE: true', 'COOKIE_SECURE: false', /cookies +SESSION_COOKIE_SECURE is off/],
  [
    'config: {',
    'config: { SESSION_COOKIE_HTTPONLY: false,',
    /cookies +SESSION_COOKIE_HTTPONLY is off/,
  ],
  [
    'config: {',
    "config: { SESSION_COOKIE_SAMESITE: 'None',",
    /cookies +SESSION_COOKIE_SAMESITE is None/,
  ],
  ['config: {', 'config: { CROSS_SITE_CHECK: false,', /cookies +CROSS_SITE_CHECK is off/],
  ['config: {', 'config: { DEBUG: true,', /debug +DEBUG is on/],
  ['config: {', 'config: { TESTING: true,', /debug +TESTING is on/],
  [
    'config: {',
    'config: { MAX_CONTENT_LENGTH: Infinity,',
    /limits +MAX_CONTENT_LENGTH is Infinity/,
  ],
  [
    'for: 1, proto',
    'for: 2, proto',
    /proxy +X-Forwarded-\* is trusted from 2 proxies, but the app has one proxy in front/,
  ],
  [
    'config: {',
    "config: { SECRET_KEY_FALLBACKS: ['old'],",
    /secret +SECRET_KEY_FALLBACKS has a weak secret/,
  ],
  [
    'app.config.fromPrefixedEnv()',
    "app.config.SECRET_KEY = 'tea and biscuits'",
    /secret +SECRET_KEY is weak/,
  ],
]

test('phial doctor reports each planted fault', async () => {
  const app = planted.reduce((text, [from, to]) => {
    expect(text).toContain(from)
    return text.replace(from, () => to)
  }, fit)
  await using site = await siteWith({ 'app.ts': app })
  const { code, stdout, stderr } = await site.run(['doctor', '--proxies', '1'])
  for (const [, , about] of planted)
    expect(stdout).toMatch(new RegExp(`^fault +${about.source}`, 'm'))
  const inCode = /^fault +secret +The secret is written in the code, in app\.ts:4: /m
  expect(stdout).toMatch(inCode)
  const faults = stdout.match(/^fault/gm)
  expect(faults).toHaveLength(planted.length + 1)
  expect([code, stderr]).toEqual([1, `${planted.length + 1} faults.\n`])
})

test('reports a missing secret if sessions are used, and an invalid value for --proxies', async () => {
  await using site = await siteWith({ 'app.ts': fit })
  expect((await site.run(['doctor', '--proxies', '1'])).stdout).toMatch(
    /^fault +secret +SECRET_KEY is not set, but app\.ts uses sessions/,
  )
  expect(await site.run(['doctor', '--proxies', 'one'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('from 0 to 9, for --proxies, received one.'),
  })
})
