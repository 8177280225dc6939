import { call, type CallOptions } from '@phial/core'
import { expect, test } from 'vitest'
import { app } from './app.ts'

const ask = (path: string, options: CallOptions = {}) => call(app, { path, ...options })

test('the front page leads to each of the others', async () => {
  const page = (await ask('/')).text()
  const links = [...page.matchAll(/href="(\/[^"]*)">The/g)].map(([, link]) => link)
  expect(links).toEqual(['/clock', '/words?text=one+two+three', '/guests'])
  for (const link of links) expect((await ask(link ?? '')).statusCode).toBe(200)
})

test('also where all of it is mounted elsewhere', async () => {
  const page = (await ask('/', { environ: { SCRIPT_NAME: '/roof' } })).text()
  expect(page).toContain('href="/roof/clock"')
  expect(page).toContain('href="/roof/static/mounted.css')
})

test('a bare function knows where it is', async () => {
  expect((await ask('/clock')).text()).toMatch(/^At \/clock it is \d{4}-/)
  expect((await ask('/clock', { method: 'POST' })).status).toBe('405 Method Not Allowed')
})

test('a fetch-style app gets the whole address', async () => {
  const answer = await ask('/words', { query: 'text=Fish+%26+chips' })
  expect(answer.json()).toEqual({ words: 2, longest: 'chips' })
})

test('an Express app gets what it is sent, and sends on to itself', async () => {
  const headers = [['Content-Type', 'application/x-www-form-urlencoded']] as [string, string][]
  const signed = await ask('/guests/', { method: 'POST', headers, body: 'name=Gr%C3%A4fin' })
  expect(signed.statusCode).toBe(303)
  expect(signed.headers).toContainEqual(['Location', '/guests/'])
  expect((await ask('/guests/')).json()).toEqual({ guests: ['Ada', 'Gräfin'] })
  expect((await ask('/guests/', { method: 'POST', headers, body: 'name=+' })).statusCode).toBe(422)
})

test('what none of them has, the front answers, and Express answers for its own', async () => {
  expect((await ask('/nowhere')).statusCode).toBe(404)
  expect((await ask('/clockwork')).statusCode).toBe(404)
  expect((await ask('/guests/nowhere')).text()).toContain('Cannot GET')
})
