import { Phial, request } from 'phial'
import { describe, expect, test } from 'vitest'

const app = new Phial(import.meta.url)
app.post('/', async () => {
  const form = await request.formData()
  const fields = [...form].map(async ([name, value]): Promise<unknown> => {
    return typeof value === 'string'
      ? [name, value]
      : [name, value.name, value.type, await value.text()]
  })
  return { type: request.mimetype, query: request.queryString, form: await Promise.all(fields) }
})

describe('a form', () => {
  const png = new File(['bytes'], 'é.png', { type: 'image/png' })
  const blob = new Blob(['text'], { type: 'text/x' })

  test('with files is multipart', async () => {
    const options = { form: { name: ['Ann', 'Bob'] }, files: { photo: png, more: [blob, png] } }
    const answer = await app.testClient().post('/', options)
    expect(await answer.json()).toMatchObject({
      type: 'multipart/form-data',
      form: [
        ['name', 'Ann'],
        ['name', 'Bob'],
        ['photo', 'é.png', 'image/png', 'bytes'],
        ['more', 'blob', 'text/x', 'text'],
        ['more', 'é.png', 'image/png', 'bytes'],
      ],
    })
  })

  test('can be a FormData, with or without files', async () => {
    const form = new FormData()
    form.append('a', 'b')
    form.append('photo', png)
    const client = app.testClient()
    const own = [
      ['a', 'b'],
      ['photo', 'é.png', 'image/png', 'bytes'],
    ]
    expect(await (await client.post('/', { form })).json()).toMatchObject({ form: own })
    const more = await client.post('/', { form, files: { x: png } })
    expect(await more.json()).toMatchObject({
      form: [...own, ['x', 'é.png', 'image/png', 'bytes']],
    })
  })
})

test('throws for more than one body', async () => {
  const client = app.testClient()
  const both = client.post('/', { json: 1, form: {} })
  await expect(both).rejects.toThrow('Expected one body for the request, received json and form')
  await expect(client.post('/', { body: '', files: {} })).rejects.toThrow('body and form')
})

test('a query is added to that of the path', async () => {
  const client = app.testClient()
  const options = { form: {}, query: '?b=2' }
  expect(await (await client.post('/?a=1', options)).json()).toMatchObject({ query: 'a=1&b=2' })
})

describe('testRequestContext', () => {
  test('has the parts of a request', () => {
    const options = {
      method: 'PUT',
      query: new URLSearchParams({ b: '2' }),
      headers: { 'X-Test': 'yes', Host: 'example.com' },
      environ: { REMOTE_ADDR: '10.0.0.1' },
    }
    app.testRequestContext('café?a=1', options).run(() => {
      const { method, path, queryString, host, remoteAddr } = request
      expect({ method, path, queryString, host, remoteAddr }).toEqual({
        method: 'PUT',
        path: '/café',
        queryString: 'a=1&b=2',
        host: 'example.com',
        remoteAddr: '10.0.0.1',
      })
      expect(request.headers.get('x-test')).toBe('yes')
    })
  })

  test.each([
    ['json', { json: { a: 'é' } }, 'application/json', '{"a":"é"}'],
    ['body', { body: 'é' }, '', 'é'],
    ['bytes', { body: new Uint8Array([97]) }, '', 'a'],
    ['form', { form: { a: 'b c' } }, 'application/x-www-form-urlencoded', 'a=b+c'],
  ])('has the body of a request: %s', async (_, options, type, text) => {
    await app.testRequestContext('/', { method: 'POST', ...options }).run(async () => {
      expect([request.mimetype, await request.text()]).toEqual([type, text])
    })
  })

  test('has files', async () => {
    const files = { photo: new File(['bytes'], 'me.png', { type: 'image/png' }) }
    await app.testRequestContext('/', { method: 'POST', form: { a: 'b' }, files }).run(async () => {
      const form = await request.formData()
      const photo = form.get('photo')
      expect(form.get('a')).toBe('b')
      expect(photo instanceof File && [photo.name, await photo.text()]).toEqual(['me.png', 'bytes'])
    })
  })

  test('throws for more than one body', () => {
    expect(() => app.testRequestContext('/', { json: 1, body: '' })).toThrow('Expected one body')
  })
})
