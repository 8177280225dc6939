import { inputStream } from '@phial/core'
import {
  type HtmlForm,
  makeResponse,
  redirect,
  renderTemplateString,
  request,
  type Session,
} from 'phial'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { multipart, MULTIPART } from '../body/support.ts'
import { make } from '../support.ts'
import { signUp, signUpOfValibot, silent } from './schema.ts'

const PAGE = `<form method="post"><%= it.form.error() %>
<% for (const name of it.names) { %><%= it.form.input(name) %><%= it.form.error(name) %>
<% } %></form>`

/** Returns an app with a form, which redirects to a URL with the submitted data. */
function site(schema: StandardSchemaV1, names: string[], values = {}) {
  const app = make()
  app.route('/', { methods: ['GET', 'POST'] }, async () => {
    const form = await request.form(schema, { values })
    if (form.isValid) return redirect(`/?${JSON.stringify(form.data)}`)
    return makeResponse(renderTemplateString(PAGE, { form, names }), form.status)
  })
  return app
}

const right = { name: ' Ann ', email: 'ann@example.com', age: '20', agreed: 'on', days: 'sat' }

describe.each([
  ['zod', signUp],
  ['valibot', signUpOfValibot],
])('a page with a form by %s', (_, schema: StandardSchemaV1) => {
  const client = site(schema, ['name', 'email', 'age'], { age: 30 }).testClient()

  test('shows its initial values', async () => {
    const response = await client.get('/')
    expect(response.status).toBe(200)
    const page = await response.text()
    expect(page).toContain(
      '<input id="age" name="age" type="number" min="18" max="120" step="1" value="30">',
    )
    expect(page).not.toMatch(/aria-invalid|class="error"/)
  })

  test('redirects a valid submission, with values of the right types', async () => {
    const response = await client.post('/', { form: right })
    expect(response.status).toBe(303)
    const [, data = ''] = decodeURIComponent(response.headers.get('location') ?? '').split('?')
    expect(JSON.parse(data)).toEqual({
      name: 'Ann',
      email: 'ann@example.com',
      age: 20,
      agreed: true,
      news: false,
      days: ['sat'],
    })
  })

  test('shows an invalid submission again, with its values and errors', async () => {
    const response = await client.post('/', { form: { ...right, name: '<', age: '' } })
    expect(response.status).toBe(422)
    const page = await response.text()
    expect(page).toMatch(/value="&lt;" autofocus|value="&lt;" aria-invalid/)
    expect(page).toMatch(/<p class="error" id="name-error">[^<]+</)
    expect(page).toContain('value="ann@example.com"')
    expect(page).toContain('step="1" value="">')
    expect(page.match(/class="error"/g)).toHaveLength(1)
  })
})

test('defaults of the schema are initial values, but do not replace empty fields', async () => {
  const schema = z.object({ news: z.boolean().default(true), key: z.string().default('k') })
  const client = site(schema.extend({ name: z.string().min(1) }), ['news', 'key']).testClient()
  const first = await (await client.get('/')).text()
  expect(first).toContain('checked')
  expect(first).toContain('value="k"')
  const second = await (await client.post('/', { form: { key: '' } })).text()
  expect(second).not.toMatch(/checked|value="k"/)
})

test('a schema without JSON Schema validates, and the form keeps its values', async () => {
  const client = site(silent, ['title', 'more']).testClient()
  const wrong = await client.post('/', { form: { title: '', more: 'x' } })
  expect(wrong.status).toBe(422)
  const page = await wrong.text()
  expect(page).toContain('aria-describedby="title-error">')
  expect(page).toContain('value="x"')
  expect((await client.post('/', { form: { title: 'x' } })).status).toBe(303)
})

describe('a form with a file', () => {
  const photo = z.file('Please choose a picture.').max(10, 'At most 10 bytes.').mime(['image/png'])
  const schema = z.object({ title: z.string().min(1), photo })
  const app = site(schema, ['title', 'photo'])
  app.config.MAX_FILE_SIZE = 1000
  const client = app.testClient()
  const send = (size: number, title = 'x') =>
    client.post('/', {
      form: { title },
      files: { photo: new File(['x'.repeat(size)], 'me.png', { type: 'image/png' }) },
    })

  test('accepts the file', async () => {
    expect((await send(10)).status).toBe(303)
  })

  test('shows the error of the file field, and does not fill it in', async () => {
    const response = await send(11)
    expect(response.status).toBe(422)
    const page = await response.text()
    expect(page).toContain('<p class="error" id="photo-error">At most 10 bytes.</p>')
    expect(page).toContain('value="x"')
    expect(page).not.toContain('me.png')
  })

  test('shows an error of the form, with a 413, if the file exceeds the limits', async () => {
    const response = await send(2000)
    expect(response.status).toBe(413)
    expect(await response.text()).toContain(
      '<p class="error" role="alert">The file &quot;me.png&quot; is larger than 1000 bytes.</p>',
    )
  })

  test.for([
    [true, 500_000, true],
    [true, 199_999, false],
    [false, 500_000, false],
  ] as const)(
    'reads the rest of a rejected body if the input is terminated (%s) and at most %d bytes long: %s',
    async ([terminated, MAX_UPLOAD_SIZE, isRead]) => {
      const app = site(schema, [])
      Object.assign(app.config, { MAX_CONTENT_LENGTH: 10, MAX_FILE_SIZE: 1000, MAX_UPLOAD_SIZE })
      const photo = { name: 'photo', file: 'me.png', body: 'x'.repeat(200_000) }
      const body = multipart(photo, { name: 'title', body: 'x' })
      let left = body.byteLength
      async function* counted(): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < body.byteLength; at += 10_000) {
          const piece = body.subarray(at, at + 10_000)
          left -= piece.byteLength
          yield piece
        }
      }
      const environ = {
        'wsgi.input': inputStream(counted()),
        'wsgi.input_terminated': terminated,
        CONTENT_LENGTH: String(body.byteLength),
      }
      const options = { headers: MULTIPART, environ }
      const response = await app.testClient({ validate: false }).post('/', options)
      expect(response.status).toBe(413)
      expect(left === 0).toBe(isRead)
    },
  )

  test('is a 400 with a hint if the enctype is missing', async () => {
    const response = await client.post('/', { form: { title: 'x', photo: 'me.png' } })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('enctype=&quot;multipart/form-data&quot;')
  })
})

test('value returns the submitted values for custom controls, except passwords and files', async () => {
  const schema = z.object({
    name: z.string(),
    tags: z.array(z.string()),
    pass: z.string().meta({ format: 'password' }),
    never: z.literal('x'),
  })
  const app = make()
  const names = ['name', 'tags', 'pass', 'constructor', 'never']
  app.post('/', async () => {
    const form = await request.form(schema)
    return { values: names.map((name) => form.value(name) ?? null) }
  })
  const form = { name: 'Ann', tags: ['a', 'b'], pass: 'secret' }
  const response = await app.testClient().post('/', { form })
  expect(await response.json()).toEqual({ values: ['Ann', ['a', 'b'], null, null, null] })
})

test('a body that is not a form is a 415', async () => {
  const client = site(silent, []).testClient()
  expect((await client.post('/', { json: {} })).status).toBe(415)
})

test('the types of data are inferred', () => {
  const never = async (): Promise<Session | undefined> => {
    const form = await request.form(signUp)
    expectTypeOf(form).toExtend<HtmlForm>()
    if (!form.isValid) expectTypeOf(form.data).toEqualTypeOf<undefined>()
    else expectTypeOf(form.data.age).toEqualTypeOf<number | undefined>()
    return undefined
  }
  expect(never).toBeTypeOf('function')
})

interface Post {
  readonly id: bigint
  readonly title: string
  readonly tags: string[]
  readonly author: { name: string }
}

test('values may be an interface with more properties than the schema', async () => {
  const schema = z.object({ title: z.string().min(1), tags: z.array(z.string()) })
  const row: Post = { id: 2n ** 60n, title: 'Hello', tags: ['a'], author: { name: 'Ann' } }
  const app = make()
  app.route('/', { methods: ['GET', 'POST'] }, async () => {
    const form = await request.form(schema, { values: row })
    return [form.input('title'), form.input('id', { type: 'hidden' })].map(String).join('')
  })
  const client = app.testClient()
  const page = await (await client.get('/')).text()
  expect(page).toContain('name="title" type="text" required value="Hello"')
  expect(page).toContain('name="id" value="1152921504606846976"')
  expect(await (await client.post('/', { form: {} })).text()).toContain('name="id" value=""')
  // @ts-expect-error -- a misspelt field
  void (() => request.form(schema, { values: { titel: 'x' } }))
  void (() => request.form(silent, { values: row }))
})

test('a submission without a body has empty fields', async () => {
  const app = site(z.object({ name: z.string().min(1), photo: z.file().optional() }), ['name'])
  const response = await app.testClient().post('/')
  expect(response.status).toBe(422)
  expect(await response.text()).toContain('id="name-error"')
})

test('a password in any branch of a union is not sent back', async () => {
  const pass = z.string().min(20).meta({ format: 'password' })
  const schema = z.union([z.object({ a: pass.nullable(), b: z.string() }), z.object({ a: z.string(), b: pass })]) // prettier-ignore
  const client = site(schema, ['a', 'b']).testClient()
  const response = await client.post('/', { form: { a: 'secret', b: 'secret' } })
  expect(response.status).toBe(422)
  expect(await response.text()).not.toContain('secret')
})
