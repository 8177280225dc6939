import { float, type Form, int, request } from 'phial'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { Form as FormClass, type FormEntries } from '../../../packages/framework/src/body/form.ts'
import { echo, multipart, MULTIPART } from './support.ts'

const form = { user: 'Ann', age: ['42', '43'], bad: 'x', price: ' -1.5 ' }

describe('a form', () => {
  test('read converts the first value, and require returns it', async () => {
    const client = echo(async () => {
      const sent = await request.formData()
      expect(sent.read('price', float)).toBe(-1.5)
      const ages = [sent.read('age', int), sent.read('bad', int, 7), sent.getAll('age')]
      return [sent.require('user'), sent.get('user'), ...ages, sent instanceof FormData]
    }).testClient()
    const response = await client.post('/', { form })
    expect(await response.json()).toEqual({ said: ['Ann', 'Ann', 42, 7, ['42', '43'], true] })
  })

  test.each([
    ['require', (sent: Form) => sent.require('x'), 400],
    ['requireFile', (sent: Form) => sent.requireFile('user'), 400],
    ['require what is a file', (sent: Form) => sent.require('file'), 400],
  ])('throws a 400 that names a missing key: %s', async (_, ask, status) => {
    const client = echo(async () => ask(await request.formData())).testClient()
    const body = multipart({ name: 'user', body: 'Ann' }, { name: 'file', file: 'a', body: 'b' })
    const response = await client.post('/', { body, headers: MULTIPART })
    expect(response.status).toBe(status)
    expect(await response.text()).toMatch(/form has no &quot;(?:x|user|file)&quot;/)
  })

  test('is read-only', async () => {
    const client = echo(async () => {
      const sent = await request.formData()
      const changes = [() => sent.append(), () => sent.set(), () => sent.delete()]
      for (const change of changes) expect(change).toThrow(TypeError)
      return sent.get('user')
    }).testClient()
    expect(await (await client.post('/', { form })).json()).toEqual({ said: 'Ann' })
  })

  test('is a FormData for every reader', async () => {
    const entries: FormEntries = [
      ['a', '1'],
      ['b', new File(['x'], 'x.txt')],
      ['a', '2'],
    ]
    const made = new FormClass(entries)
    expect(made.get('a')).toBe('1')
    expect(made.get('none')).toBeNull()
    expect(made.getAll('a')).toEqual(['1', '2'])
    expect([made.has('b'), made.has('none'), made.has('constructor')]).toEqual([true, false, false])
    expect([...made]).toEqual(entries)
    expect([...made.entries()]).toEqual(entries)
    expect([...made.keys()]).toEqual(['a', 'b', 'a'])
    expect([...made.values()]).toEqual(entries.map(([, value]) => value))
    const seen: unknown[] = []
    made.forEach((value, name, all) => seen.push([name, value, all === made]))
    expect(seen).toEqual(entries.map(([name, value]) => [name, value, true]))
    const sent = await new globalThis.Response(made).formData()
    expect([...sent.keys()]).toEqual(['a', 'b', 'a'])
    expect(await (sent.get('b') as unknown as File).text()).toBe('x')
    expect(inspect(made)).toContain("'a' => [ '1', '2' ]")
  })

  test('does not change if a returned array is changed', () => {
    const made = new FormClass([['a', '1']])
    made.getAll('a').push('2')
    for (const entry of made) entry[1] = 'changed'
    expect(made.getAll('a')).toEqual(['1'])
    expect([...made]).toEqual([['a', '1']])
  })

  test('has no file for an empty file input', async () => {
    const client = echo(async () => {
      const sent = await request.formData()
      const named = await request.files('a')
      return [sent.files().map(({ name }) => name), named.length, sent.getAll('a').length]
    }).testClient()
    const body = multipart({ name: 'a', file: '' }, { name: 'b', file: 'b.txt' })
    const response = await client.post('/', { body, headers: MULTIPART })
    expect(await response.json()).toEqual({ said: [['b.txt'], 0, 1] })
  })
})

test('values has args, then form', async () => {
  const client = echo(async () => [...(await request.values())]).testClient()
  const response = await client.post('/', { query: 'a=1&b=2', form: { a: '3' } })
  expect(await response.json()).toEqual({
    said: [
      ['a', '1'],
      ['b', '2'],
      ['a', '3'],
    ],
  })
  const plain = await client.post('/', { query: 'a=1', json: {} })
  expect(await plain.json()).toEqual({ said: [['a', '1']] })
})
