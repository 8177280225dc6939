import { call, type CallOptions } from '@phial/core'
import { expect, test } from 'vitest'
import { app } from './app.ts'

const ask = (path: string, options: CallOptions = {}) => call(app, { path, ...options })

test('the front page leads to each of the others', async () => {
  const page = (await ask('/')).text()
  const links = [...page.matchAll(/href="(\/[^"]*)">The/g)].map(([, link]) => link)
  expect(links).toEqual(['/clock', '/words?text=one+two+three', '/guests', '/weather', '/letters'])
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
  expect((await ask('/guests/')).json()).toEqual({
    guests: expect.arrayContaining(['Ada', 'Gräfin']) as string[],
  })
  expect((await ask('/guests/', { method: 'POST', headers, body: 'name=+' })).statusCode).toBe(422)
})

test('a Koa app and a Fastify app know nothing of their mount, and take what they are sent', async () => {
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
  '%s shows a browser a page that leads back to the front, wherever all of it is mounted',
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

test('what none of them has, the front answers, and Express answers for its own', async () => {
  expect((await ask('/nowhere')).statusCode).toBe(404)
  expect((await ask('/clockwork')).statusCode).toBe(404)
  expect((await ask('/guests/nowhere')).text()).toContain('Cannot GET')
})
