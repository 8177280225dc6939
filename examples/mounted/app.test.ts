import { call, type CallOptions } from '@phial/core'
import { expect, test } from 'vitest'
import { app } from './app.ts'

const ask = (path: string, options: CallOptions = {}) => call(app, { path, ...options })

test('the front page links to every other application', async () => {
  const page = (await ask('/')).text()
  const links = [...page.matchAll(/href="(\/[^"]*)">The/g)].map(([, link]) => link)
  expect(links).toEqual(['/clock', '/words?text=one+two+three', '/guests', '/weather', '/letters'])
  for (const link of links) expect((await ask(link ?? '')).statusCode).toBe(200)
})

test('the links include the prefix if everything is mounted', async () => {
  const page = (await ask('/', { environ: { SCRIPT_NAME: '/roof' } })).text()
  expect(page).toContain('href="/roof/clock"')
  expect(page).toContain('href="/roof/static/mounted.css')
})

test('a bare function knows its mount path', async () => {
  expect((await ask('/clock')).text()).toMatch(/^At \/clock it is \d{4}-/)
  expect((await ask('/clock', { method: 'POST' })).status).toBe('405 Method Not Allowed')
})

test('a fetch-style app receives the complete URL', async () => {
  const answer = await ask('/words', { query: 'text=Fish+%26+chips' })
  expect(answer.json()).toEqual({ words: 2, longest: 'chips' })
})

test('an Express app receives forms, and redirects to itself', async () => {
  const headers = [['Content-Type', 'application/x-www-form-urlencoded']] as [string, string][]
  const signed = await ask('/guests/', { method: 'POST', headers, body: 'name=Gr%C3%A4fin' })
  expect(signed.statusCode).toBe(303)
  expect(signed.headers).toContainEqual(['Location', '/guests/'])
  expect((await ask('/guests/')).json()).toEqual({
    guests: expect.arrayContaining(['Ada', 'Gräfin']) as string[],
  })
  expect((await ask('/guests/', { method: 'POST', headers, body: 'name=+' })).statusCode).toBe(422)
})

test('a Koa app and a Fastify app see paths without the prefix, and receive JSON', async () => {
  expect((await ask('/weather/tomorrow')).json()).toHaveProperty('line')
  const json = [['Content-Type', 'application/json']] as [string, string][]
  const send = (letter: string) =>
    ask('/letters', { method: 'POST', headers: json, body: JSON.stringify({ letter }) })
  expect((await send('Tea at four')).json()).toEqual({
    letters: ['Come over for tea', 'Tea at four'],
  })
  expect((await send('')).statusCode).toBe(400)
})

test.each(['/clock', '/words', '/guests/', '/weather', '/letters'])(
  '%s shows a browser a page with a link to the front page, even if everything is mounted',
  async (path) => {
    for (const mount of ['', '/roof']) {
      const answer = await ask(path, {
        headers: [['Accept', 'text/html,*/*;q=0.8']],
        environ: { SCRIPT_NAME: mount },
      })
      expect(answer.headers.find(([name]) => /^content-type$/i.test(name))?.[1]).toContain('html')
      expect(answer.text()).toContain(`<a href="${mount}/">Back to the front</a>`)
      expect(answer.text()).toContain(`href="${mount}/static/mounted.css"`)
    }
  },
)

test('the front page answers unknown paths, and Express those below its prefix', async () => {
  expect((await ask('/nowhere')).statusCode).toBe(404)
  expect((await ask('/clockwork')).statusCode).toBe(404)
  expect((await ask('/guests/nowhere')).text()).toContain('Cannot GET')
})
