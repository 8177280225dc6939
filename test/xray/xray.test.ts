import { call, validator, type Application, type CallOptions } from '@phial/core'
import { makeServer } from '@phial/server'
import { xray } from '@phial/xray'
import { describe, expect, test } from 'vitest'

const hello: Application = (environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  return [new TextEncoder().encode(`Hello <b>${environ.PATH_INFO}</b>`)]
}

const here: CallOptions['environ'] = { REMOTE_ADDR: '127.0.0.1' }
const look = (app: Application, path: string, options: CallOptions = {}) =>
  call(validator(app), { path, environ: here, ...options })

test('passes the answer through unchanged and adds its picture', async () => {
  const app = xray(hello)
  expect((await look(app, '/<script>')).text()).toBe('Hello <b>/<script></b>')
  const page = (await look(app, '/__xray__/')).text()
  expect(page).toContain('hello')
  expect(page).not.toContain('<script>alert')
  expect(page).not.toContain('<b>/')
  const id = /href="(\d+)"/.exec(page)?.[1] ?? ''
  const json = (await look(app, `/__xray__/${id}.json`)).json() as { answer: { status: string } }
  expect(json.answer.status).toBe('200 OK')
  const file = await look(app, `/__xray__/${id}.html`)
  expect(file.headers).toContainEqual([
    'Content-Disposition',
    `attachment; filename="xray-${id}.html"`,
  ])
  expect(file.text()).not.toMatch(/src=|<script|<link|url\(/)
})

test('keeps as many pictures as the option says', async () => {
  const app = xray(hello, { keep: 1 })
  await look(app, '/one')
  await look(app, '/two')
  const page = (await look(app, '/__xray__/')).text()
  expect(page).toContain('/two')
  expect(page).not.toContain('/one')
})

describe('is available on this machine only', () => {
  test.for<[what: string, options: CallOptions]>([
    ['another address', { environ: { REMOTE_ADDR: '192.0.2.1' } }],
    ['no address', { environ: { REMOTE_ADDR: '' } }],
    ['another name', { headers: [['Host', 'evil.example']] }],
  ])('not for %s', async ([, options]) => {
    expect((await look(xray(hello), '/__xray__/', options)).statusCode).toBe(403)
  })
})

test.for([
  ['/__xray__', 308],
  ['/__xray__/999999', 404],
  ['/__xray__/../etc', 404],
  ['/__xray__x', 200],
] as const)('%s answers %i', async ([path, status]) => {
  expect((await look(xray(hello), path)).statusCode).toBe(status)
})

test('notifies an open page of a new picture, on a real connection', async () => {
  const server = makeServer('127.0.0.1', 0, xray(hello))
  await server.ready()
  void server.serveForever()
  const origin = `http://127.0.0.1:${server.serverPort}`
  const leaving = new AbortController()
  const events = await fetch(`${origin}/__xray__/events`, { signal: leaving.signal })
  const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader()
  expect((await reader?.read())?.value).toContain(': an event follows')
  const next = reader?.read()
  await (await fetch(`${origin}/hello`)).text()
  expect((await next)?.value).toContain('data: new')
  leaving.abort()
  await server.close()
})
