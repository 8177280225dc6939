import { compose, proxyFix, rateLimit, toFetch, validator, type Application } from '@phial/core'
import { compression } from '@phial/server/compression'
import { expect, test } from 'vitest'
import { asMiddleware } from '../../../packages/server/src/conformance/target.ts'
import { middlewares, oneArgument } from '../apps/homework.ts'

const app: Application = () => []

test.each([
  ['a function of one argument that makes a function', middlewares.passes],
  ['what composes others', compose(proxyFix())],
  ['ours', proxyFix()],
  ['one with settings', rateLimit({ limit: 1 })],
  ['one of the server’s', compression()],
  ['the validator', validator],
  ['one that makes an object with a wsgiApp', (inner: Application) => ({ wsgiApp: inner })],
])('%s is a middleware', (_what, loaded) => {
  expect(asMiddleware(loaded)).toBe(loaded)
})

test.each([
  ['a function of two arguments', app],
  ['an object with a wsgiApp', { wsgiApp: app }],
  ['a function of one argument that makes a body', oneArgument],
  ['one that promises', async (environ: object) => Object.keys(environ)],
  ['one that breaks such a promise', async (environ: { a: { b: number } }) => environ.a.b],
  ['one that throws', (environ: { a: { b: number } }) => environ.a.b],
  ['a function without arguments', toFetch(app).bind(undefined, new Request('http://a/'))],
  ['nothing', undefined],
])('%s is an application, good or bad', (_what, loaded) => {
  expect(asMiddleware(loaded)).toBeUndefined()
})
