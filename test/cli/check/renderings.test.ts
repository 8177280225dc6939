import { expect, test } from 'vitest'
import { renderingsIn } from '../../../packages/cli/src/check/renderings.ts'
import { siteWith } from '../support/site.ts'

const IMPORTS = "import { renderTemplate, request, streamTemplate } from 'phial'"

/** Each rendering as `template: name, form(field field)`, or with `anything`. */
function shown(code: string, path = '/app.ts'): string[] {
  return renderingsIn(path, `${IMPORTS}\n${code}`).map(({ template = 'all', data }) => {
    if (data === undefined) return `${template}: anything`
    const names = [...data].map(([name, fields]) => name + (fields ? `(${fields.join(' ')})` : ''))
    return `${template}: ${names.join(', ')}`
  })
}

test('finds the names of literal data', () => {
  expect(
    shown(`renderTemplate('a')
renderTemplate('b', { post, title: 'x' })
streamTemplate(['c', name, 'd'], {})
renderTemplate('e', data)
renderTemplate('f', { ...data })
renderTemplate(name, { post })
mine('g', {})`),
  ).toEqual(['a: ', 'b: post, title', 'c: ', 'd: ', 'e: anything', 'f: anything'])
})

test('applies context processors to every template', () => {
  expect(
    shown(`app.contextProcessor(() => ({ user: g.user }))
shop.appContextProcessor(() => { return { user } })`),
  ).toEqual(['all: user', 'all: anything'])
})

test.for([
  ['z.object({ name: z.string(), age: z.int() })', 'name age'],
  ['z.strictObject({ name: z.string() }).refine((form) => form.name)', 'name'],
  ['z.object({ name: z.string() }).extend({ age: z.int() })', 'name age'],
  ['v.pipe(v.object({ name: v.string() }), v.check(ok))', 'name'],
  ['object({ name: string() })', 'name'],
] as const)('finds the fields of a form with the schema %s', ([schema, fields]) => {
  const code = `const schema = ${schema}
app.post('/', async () => {
  const form = await request.form(schema)
  return renderTemplate('a', { form })
})`
  expect(shown(code)).toEqual([`a: form(${fields})`])
})

test.for([
  ['another schema', 'z.union([a, b])', 'form'],
  ['fields from elsewhere', 'z.object({ ...fields })', 'form'],
  ['methods that choose fields', 'z.object({ a: b }).pick({ a: true })', 'form'],
] as const)('does not know the fields of %s', ([, schema]) => {
  const code = `app.post('/', async () => {
  const form = await request.form(${schema})
  return renderTemplate('a', { form })
})`
  expect(shown(code)).toEqual(['a: form'])
})

test('does not mistake a parameter for the variable of the same name', () => {
  const code = `const form = await request.form(z.object({ a: z.string() }))
const show = (form) => renderTemplate('a', { form })`
  expect(shown(code)).toEqual(['a: form'])
})

test('finds a schema in another module of the app', async () => {
  await using site = await siteWith({ 'model.ts': 'export const user = z.object({ name: text })' })
  const code = `import { user as schema } from './model.ts'
import { none } from './none.ts'
renderTemplate('a', { form: await request.form(schema), other: await request.form(none) })`
  expect(shown(code, `${site.path}/app.ts`)).toEqual(['a: form(name), other'])
})
