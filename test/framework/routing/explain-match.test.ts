import type { Environ, LayerTrace } from '@phial/core'
import { call, setupTestingDefaults } from '@phial/core'
import { int, Phial } from 'phial'
import { expect, test } from 'vitest'

const app = new Phial(import.meta.url)
app.get('/', function index() {
  return 'Hello'
})
app.get('/posts/:id', { params: { id: int }, endpoint: 'post' }, ({ id }) => `Post ${id}`)
app.post('/posts/new', { endpoint: 'create' }, () => 'Created')
app.get('/dir/', { endpoint: 'dir' }, () => 'Dir')

/** What the app records in the trace of a request. */
async function told(path: string): Promise<{ notes: unknown[]; parts: string[] }> {
  const notes: unknown[] = []
  const parts: string[] = []
  const trace: LayerTrace = {
    call: (_name, inner, environ, startResponse) => inner(environ, startResponse),
    note: (_what, detail) => void notes.push(detail),
    span: (name, work) => {
      parts.push(name)
      return work()
    },
  }
  const environ: Partial<Environ> = { 'phial.trace': trace }
  await call(app, { path, environ })
  return { notes, parts }
}

const verdicts = async (path: string): Promise<unknown> =>
  ((await told(path)).notes[0] as { rule: string; verdict: string }[])
    .filter(({ rule }) => !rule.startsWith('/static'))
    .map(({ rule, verdict }) => `${rule}: ${verdict}`)

test('records for each rule why it matches the request or not', async () => {
  expect(await verdicts('/posts/7')).toEqual([
    '/: another path',
    '/posts/:id: takes it',
    '/posts/new: another path',
    '/dir/: another path',
  ])
  expect(await verdicts('/posts/new')).toEqual([
    '/: another path',
    '/posts/:id: a parameter does not fit: id',
    '/posts/new: takes this path, by another method',
    '/dir/: another path',
  ])
  expect(await verdicts('/dir')).toContain('/dir/: sends it to another path')
})

test('records the view as a span', async () => {
  expect((await told('/posts/7')).parts).toEqual(['view post'])
  expect((await told('/nope')).parts).toEqual([])
})

test('records nothing without a trace', async () => {
  const environ = setupTestingDefaults({})
  expect((await call(app, { path: '/', environ })).text()).toBe('Hello')
})
