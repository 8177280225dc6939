import { describe, expect, test } from 'vitest'
import { app } from './app.ts'
import type { Description } from './openapi.ts'

// In memory, so that the tests leave no data behind.
app.config.DATABASE_URL = 'file::memory:'

const client = app.testClient()

/** Creates a task, and returns its URL. */
async function add(title: string, more = {}): Promise<string> {
  const response = await client.post('/tasks', { json: { title, ...more } })
  expect(response.status).toBe(201)
  return response.headers.get('location') ?? ''
}

const read = async (path: string): Promise<unknown> => (await client.get(path)).json()

describe('a task', () => {
  test('is created, read, changed and deleted', async () => {
    const path = await add(' Buy milk ')
    const task = await read(path)
    expect(task).toEqual({
      id: expect.any(Number),
      title: 'Buy milk',
      done: false,
      created: expect.stringMatching(/^\d{4}-.*Z$/),
    })
    const changed = await client.patch(path, { json: { done: true } })
    expect(await changed.json()).toEqual({ ...(task as object), done: true })
    expect((await client.delete(path)).status).toBe(204)
    expect((await client.get(path)).status).toBe(404)
  })

  test.for([
    ['no title', {}, 'title'],
    ['an empty title', { title: ' ' }, 'title'],
    ['a boolean that is text', { title: 'x', done: 'yes' }, 'done'],
  ] as const)('is not created with %s', async ([, json, field]) => {
    const response = await client.post('/tasks', { json })
    expect(response.status).toBe(422)
    const { errors } = (await response.json()) as { errors: { path: string[] }[] }
    expect(errors.map(({ path }) => path)).toEqual([[field]])
  })

  test('is not created with an unknown field', async () => {
    const response = await client.post('/tasks', { json: { title: 'x', don: true } })
    expect(response.status).toBe(422)
    expect(await response.text()).toContain('don')
  })
})

describe('the list', () => {
  test('lists the newest tasks first, by page and by status', async () => {
    const paths = [await add('one'), await add('two', { done: true }), await add('three')]
    const ids = paths.map((path) => Number(path.split('/').at(-1)))
    const idsOf = async (query: string): Promise<number[]> => {
      const { tasks } = (await read(`/tasks?${query}`)) as { tasks: { id: number }[] }
      return tasks.map(({ id }) => id)
    }
    expect((await idsOf('limit=2')).slice(0, 2)).toEqual([ids[2], ids[1]])
    expect((await idsOf(`before=${ids[2] ?? ''}&limit=2`))[0]).toBe(ids[1])
    expect(await idsOf('done=true')).toContain(ids[1])
    expect(await idsOf('done=true')).not.toContain(ids[2])
    expect(await idsOf('done=false')).not.toContain(ids[1])
  })

  test.for(['limit=0', 'limit=x', 'done=perhaps', 'page=2'])('rejects %s', async (query) => {
    const response = await client.get(`/tasks?${query}`)
    expect(response.status).toBe(422)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  })
})

describe('every error is problem details', () => {
  test.for([
    ['GET', '/tasks/999999', 404, 'There is no task 999999.'],
    ['GET', '/nowhere', 404, expect.any(String)],
    ['PUT', '/tasks/1', 405, expect.any(String)],
    ['POST', '/tasks', 415, expect.stringContaining('application/json')],
  ] as const)('%s %s answers %d', async ([method, path, status, detail]) => {
    const response = await client.request(path, { method, headers: { Accept: 'text/html' } })
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ type: 'about:blank', status, detail })
  })

  test('and a 405 lists the allowed methods', async () => {
    expect((await client.put('/tasks/1')).headers.get('allow')).toContain('PATCH')
  })
})

describe('the description', () => {
  test('lists exactly the operations of the app', async () => {
    const { paths } = (await read('/openapi.json')) as Description
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(
        ([method, { operationId }]) => `${method} ${path} ${operationId}`,
      ),
    )
    const routes = [...app.urlMap].filter(({ pattern }) => pattern.startsWith('/tasks'))
    const existing = routes.flatMap(({ methods, pattern, endpoint }) =>
      [...methods].map(
        (method) => `${method.toLowerCase()} ${pattern.replace(':id', '{id}')} ${endpoint}`,
      ),
    )
    expect(new Set(described)).toEqual(new Set(existing))
  })

  test('has a page for readers', async () => {
    const response = await client.get('/')
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const page = await response.text()
    expect(page).toContain('curl -X POST http://localhost/tasks')
    expect(page).toContain('{&quot;title&quot;:&quot;Buy milk&quot;,&quot;done&quot;:false}')
  })
})
