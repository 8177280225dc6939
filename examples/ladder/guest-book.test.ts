/** One test for all steps: a visitor cannot see which of them answers. */
import { call, dispatcher, validator, type ApplicationLike, type CallOptions } from '@phial/core'
import { describe, expect, test } from 'vitest'
import { createApp as bareFunction } from './1-function/app.ts'
import { createApp as withMiddleware } from './2-middleware/app.ts'
import { createApp as withRouter } from './3-router/app.ts'
import { createApp as withFramework } from './4-framework/app.ts'
import { createApp as withPhial } from './5-phial/app.ts'

/** Sends a request to a guest book, in the same process or over a socket. */
export type Ask = (options: CallOptions) => Promise<{
  statusCode: number
  headers: [name: string, value: string][]
  text(): string
}>

export const rungs: Record<string, () => ApplicationLike> = {
  '1-function': bareFunction,
  '2-middleware': withMiddleware,
  '3-router': withRouter,
  '4-framework': withFramework,
  '5-phial': withPhial,
}

const form = (fields: Record<string, string>): CallOptions => ({
  method: 'POST',
  headers: [['Content-Type', 'application/x-www-form-urlencoded']],
  body: new URLSearchParams(fields).toString(),
})

const header = (answer: Awaited<ReturnType<Ask>>, wanted: string): string | undefined =>
  answer.headers.find(([name]) => name.toLowerCase() === wanted)?.[1]

/** Tests a guest book. `start` returns a function that sends requests to a new, empty one. */
export function guestBook(start: () => Ask | Promise<Ask>): void {
  test('is empty at first', async () => {
    const answer = await (await start())({})
    expect(answer.statusCode).toBe(200)
    expect(header(answer, 'content-type')).toBe('text/html; charset=utf-8')
    expect(answer.text()).toContain('<h1>Guest book</h1>')
    expect(answer.text()).not.toContain('<li>')
  })

  test('shows the entries, the newest first', async () => {
    const ask = await start()
    const answer = await ask(form({ name: 'Ada', text: 'Lovely' }))
    expect([answer.statusCode, header(answer, 'location')]).toEqual([303, '/'])
    await ask(form({ name: 'Jörg', text: 'Schön' }))
    const page = (await ask({})).text()
    expect(page.indexOf('>Jörg</a>: Schön')).toBeGreaterThan(0)
    expect(page.indexOf('>Ada</a>: Lovely')).toBeGreaterThan(page.indexOf('>Jörg</a>: Schön'))
  })

  test('has a page for each entry', async () => {
    const ask = await start()
    await ask(form({ name: 'Ada', text: 'Lovely' }))
    const link = /href="([^"]*)">Ada/.exec((await ask({})).text())?.[1] ?? ''
    const page = (await ask({ path: link })).text()
    expect(page).toContain('<h1>Ada</h1>')
    expect(page).toContain('<p>Lovely</p>')
  })

  test('keeps the input if a field is empty', async () => {
    const answer = await (await start())(form({ name: 'Ada', text: ' ' }))
    expect(answer.statusCode).toBe(422)
    expect(answer.text()).toContain('<p role="alert">Please fill in both fields.</p>')
    expect(answer.text()).toContain('value="Ada"')
  })

  test('shows input as text, never as HTML', async () => {
    const ask = await start()
    await ask(form({ name: '<b>', text: '<script>alert(1)</script>' }))
    const pages = (await ask({})).text() + (await ask({ path: '/entries/1' })).text()
    expect(pages).not.toContain('<b>')
    expect(pages).not.toContain('<script>')
    const input = (await ask(form({ name: '"><b>', text: '' }))).text()
    expect(input).not.toContain('"><b>')
  })

  test.for(['/nope', '/entries/', '/entries/1', '/entries/one', '/entries/1/more'])(
    'answers 404 to %s',
    async (path) => {
      expect((await (await start())({ path })).statusCode).toBe(404)
    },
  )

  test('lists the allowed methods', async () => {
    const answer = await (await start())({ method: 'DELETE' })
    expect(answer.statusCode).toBe(405)
    expect(header(answer, 'allow')?.split(', ')).toEqual(expect.arrayContaining(['GET', 'POST']))
  })

  test('answers HEAD like GET, without the body', async () => {
    const answer = await (await start())({ method: 'HEAD' })
    expect([answer.statusCode, answer.text()]).toEqual([200, ''])
    expect(header(answer, 'content-type')).toBe('text/html; charset=utf-8')
  })

  test('answers 413 to a body that is too large', async () => {
    const answer = await (await start())(form({ name: 'Ada', text: 'x'.repeat(10_001) }))
    expect(answer.statusCode).toBe(413)
  })

  test.for<[what: string, options: CallOptions, statusCode: number]>([
    ['the page', {}, 200],
    ['an entry', form({ name: 'Ada', text: 'Lovely' }), 303],
    ['an entry that is too long', form({ name: 'Ada', text: 'x'.repeat(10_001) }), 413],
    ['an unknown path', { path: '/nope' }, 404],
    ['an unknown method', { method: 'DELETE' }, 405],
  ])('sends X-Content-Type-Options with %s', async ([, options, statusCode]) => {
    const answer = await (await start())(options)
    expect(answer.statusCode).toBe(statusCode)
    expect(header(answer, 'x-content-type-options')).toBe('nosniff')
  })
}

describe.for(Object.entries(rungs))('%s', ([, createApp]) => {
  guestBook(() => {
    const app = validator(createApp())
    return (options) => call(app, options)
  })

  test('includes the prefix in its URLs if it is mounted', async () => {
    const notFound: ApplicationLike = (_environ, startResponse) => {
      startResponse('404 Not Found', [['Content-Type', 'text/plain']])
      return []
    }
    const app = dispatcher(notFound, { '/book': createApp() })
    const answer = await call(app, { ...form({ name: 'Ada', text: 'Lovely' }), path: '/book/' })
    expect(header(answer, 'location')).toBe('/book/')
    const page = (await call(app, { path: '/book/' })).text()
    expect(page).toContain('href="/book/entries/1"')
    expect(page).toContain('action="/book/"')
  })
})
