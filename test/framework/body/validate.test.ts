import type { StandardSchemaV1 } from '@standard-schema/spec'
import { type Form, request } from 'phial'
import * as v from 'valibot'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { echo, multipart, MULTIPART } from './support.ts'

/** A hand-written schema: an object with a title. */
const byHand: StandardSchemaV1<unknown, { title: string }> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: async (value) => {
      const title: unknown =
        typeof value === 'object' && value !== null && Reflect.get(value, 'title')
      if (typeof title === 'string') return { value: { title: title.trim() } }
      return { issues: [{ message: 'must be text', path: [{ key: 'title' }] }] }
    },
  },
}
const schemas = {
  'a hand-written schema': byHand,
  zod: z.object({ title: z.string().trim() }),
  valibot: v.object({ title: v.pipe(v.string(), v.trim()) }),
}

describe.each(Object.entries(schemas))('request.json(schema), %s', (_, schema) => {
  const client = echo(() => request.json(schema as typeof byHand)).testClient()

  test('returns the output of the schema', async () => {
    const response = await client.post('/', { json: { title: ' x ', more: 1 } })
    expect(await response.json()).toEqual({ said: { title: 'x' } })
  })

  test('returns a 422 with problem details that list each issue', async () => {
    const response = await client.post('/', { json: { title: 1 } })
    expect(response.status).toBe(422)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    const { title, status, errors } = (await response.json()) as Record<string, unknown>
    expect({ title, status }).toEqual({ title: 'Unprocessable Entity', status: 422 })
    expect(errors).toEqual([{ path: ['title'], message: expect.any(String) }])
  })

  test('returns a page to clients that prefer HTML', async () => {
    const headers = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
    const response = await client.post('/', { json: {}, headers })
    expect(response.status).toBe(422)
    expect(await response.text()).toContain('title: ')
  })

  test('returns a 415 or a 400 before a 422', async () => {
    expect((await client.post('/', { body: '{}' })).status).toBe(415)
    const headers = { 'Content-Type': 'application/json' }
    expect((await client.post('/', { body: '{', headers })).status).toBe(400)
  })
})

describe('request.formData(schema)', () => {
  const schema = z.object({
    title: z.string().min(1),
    age: z.coerce.number(),
    tags: z.array(z.string()),
    photo: z.instanceof(File).optional(),
  })
  const client = echo(async () => {
    const form = await request.formData(schema, { lists: ['tags'] })
    expectTypeOf(form.age).toEqualTypeOf<number>()
    return { ...form, photo: form.photo?.name }
  }).testClient()

  test('validates an urlencoded form', async () => {
    const form = { title: 'x', age: '42', tags: 'one' }
    const response = await client.post('/', { form })
    expect(await response.json()).toEqual({ said: { title: 'x', age: 42, tags: ['one'] } })
    const none = await client.post('/', { form: { title: 'x', age: 1 } })
    expect(await none.json()).toEqual({ said: { title: 'x', age: 1, tags: [] } })
  })

  test('validates a multipart form with a file', async () => {
    const texts = [
      { name: 'title', body: 'x' },
      { name: 'age', body: '1' },
    ]
    const tags = [
      { name: 'tags', body: 'a' },
      { name: 'tags', body: 'b' },
    ]
    const body = multipart(...texts, ...tags, { name: 'photo', file: 'p.png', body: 'x' })
    const response = await client.post('/', { body, headers: MULTIPART })
    expect(await response.json()).toEqual({
      said: { title: 'x', age: 1, tags: ['a', 'b'], photo: 'p.png' },
    })
  })

  test('returns a 422 with the path of each issue', async () => {
    const response = await client.post('/', { form: { age: 'x', __proto__: 'y' } })
    const { errors } = (await response.json()) as { errors: { path: string[] }[] }
    expect(response.status).toBe(422)
    expect(errors.map(({ path }) => path)).toEqual([['title'], ['age']])
  })
})

test('infers the types', () => {
  const never = (): { said: unknown } => {
    expectTypeOf(request.json(schemas.zod)).resolves.toEqualTypeOf<{ title: string }>()
    expectTypeOf(request.json(schemas.valibot)).resolves.toEqualTypeOf<{ title: string }>()
    expectTypeOf(request.json(byHand, { force: true })).resolves.toEqualTypeOf<{ title: string }>()
    expectTypeOf(request.json({ silent: true })).resolves.toBeUnknown()
    expectTypeOf(request.formData()).resolves.toEqualTypeOf<Form>()
    return { said: undefined }
  }
  expect(never).toBeTypeOf('function')
})
