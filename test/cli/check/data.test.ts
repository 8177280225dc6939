import { expect, test } from 'vitest'
import { Data } from '../../../packages/cli/src/check/data.ts'
import { renderingsIn } from '../../../packages/cli/src/check/renderings.ts'
import { partsOf } from '../../../packages/cli/src/check/template.ts'

/** The faults in the data that the templates of an app use. */
function faults(code: string, sources: Record<string, string>): string[] {
  const imports = "import { renderTemplate, request } from 'phial'\n"
  const templates = Object.entries(sources).map(([name, source]) => ({
    name,
    ...partsOf({ name, file: `/${name}`, source }),
  }))
  const data = new Data(renderingsIn('/app.ts', imports + code), templates)
  return templates.flatMap(({ name, uses }) => uses.flatMap((use) => data.judge(name, use) ?? []))
}

const post = "renderTemplate('post', { recipe, title })"

test('reports a name that no rendering passes if a similar one exists', () => {
  const template = '<%= it.recpie.title %><%= it.title %><%= it.entirelyDifferent %>'
  expect(faults(post, { 'post.eta': template })).toEqual([
    'no code passes recpie to this template. Did you mean it.recipe?',
  ])
})

test('adds the names of each call and each context processor', () => {
  const template = '<%= it.recipes %><%= it.recpie %><%= it.usr %>'
  const more = `${post}
renderTemplate('post.eta', { recipes })
app.contextProcessor(() => ({ user }))`
  expect(faults(more, { 'post.eta': template })).toEqual([
    'no code passes recpie to this template. Did you mean it.recipe?',
    'no code passes usr to this template. Did you mean it.user?',
  ])
})

test.for([
  `${post}; renderTemplate('post', data)`,
  `${post}; app.contextProcessor(everything)`,
  'renderTemplate(name, { recipe })',
])('reports nothing after %s', (code) => {
  expect(faults(code, { 'post.eta': '<%= it.recpie %>' })).toEqual([])
})

test('passes data on to layouts and included templates, with the data of the call', () => {
  const sources = {
    'post.eta': "<% layout('base', { heading: 1 }) %><%~ include('./row', { row: 1 }) %>",
    'base.eta': '<%= it.headin %><%= it.body %><%= it.titel %>',
    'row.eta': '<%= it.recipe %><%= it.ro %>',
  }
  expect(faults(post, sources)).toEqual([
    'no code passes headin to this template. Did you mean it.heading?',
    'no code passes titel to this template. Did you mean it.title?',
    'no code passes ro to this template. Did you mean it.row?',
  ])
  const other = { ...sources, 'other.eta': "<% layout('base') %>" }
  expect(faults(post, other)).toEqual(['no code passes ro to this template. Did you mean it.row?'])
})

test('handles templates that include each other', () => {
  const sources = {
    'post.eta': "<%~ include('post') %><%~ include('row') %>",
    'row.eta': "<%~ include('post', { more: 1 }) %><%= it.tilte %>",
  }
  expect(faults(post, sources)).toEqual([
    'no code passes tilte to this template. Did you mean it.title?',
  ])
})

test('reports unknown fields of a form', () => {
  const form = (fields: string): string =>
    `renderTemplate('form', { form: await request.form(z.object({ ${fields} })) })`
  const template =
    "<%= it.form.input('nme') %><%= it.form.input('zzz') %><%= it.form.input('a.b') %>"
  expect(faults(form('name: x, a: y'), { 'form.eta': template })).toEqual([
    'the form form has no field nme. Did you mean name?',
    'the form form has no field zzz. It has name, a.',
  ])
  const both = `${form('name: x')}; ${form('nme: x')}`
  expect(faults(both, { 'form.eta': "<%= it.form.input('nme') %>" })).toEqual([])
  const unknown = `${form('name: x')}; renderTemplate('form', { form })`
  expect(faults(unknown, { 'form.eta': template })).toEqual([])
})
