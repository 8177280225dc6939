import { expect, test } from 'vitest'
import { callsIn } from '../../../packages/cli/src/check/calls.ts'

const namesIn = (source: string, path = 'app.ts', known: string[] = []): string[] =>
  callsIn({ path, source, known }).map(({ name, line }) => `${name} ${line}`)

test('finds calls of functions imported from phial, by any local name, and of an app', () => {
  const source = `import { urlFor as to, renderTemplate, Phial } from 'phial'
import { streamTemplate } from './mine.ts'
enum Kind { One }
to('a')
const x = <T,>(value: T): string => renderTemplate<T>('b')
streamTemplate('not mine')
include('not mine either')
app.urlFor('c') + this.app['urlFor']('d') + [].includes('e')`
  expect(namesIn(source)).toEqual(['urlFor 4', 'renderTemplate 5', 'urlFor 8'])
})

test('finds the names that a template provides', () => {
  expect(
    namesIn("layout('a')\nif (include('b')) urlFor(\n'c')", 'a.js', ['include', 'layout']),
  ).toEqual(['layout 1', 'include 2'])
})

test('finds calls on an app or a namespace, but not on other objects', () => {
  const source = `import * as phial from 'phial'
import { Phial as Framework } from 'phial'
const site = new Framework(import.meta.url)
site.urlFor('a') + currentApp.urlFor('b') + context.app.urlFor('c')
i18n.urlFor('not mine') + this.urls.urlFor('not mine either')
phial.renderTemplate('d') + phial['urlFor']('unknown')`
  expect(namesIn(source)).toEqual(['urlFor 4', 'urlFor 4', 'urlFor 4', 'renderTemplate 6'])
})

test.for([
  '(urlFor) => urlFor(1)',
  '({ urlFor }) => urlFor(1)',
  '([, urlFor = x]) => { urlFor(1) }',
  '(...urlFor) => urlFor(1)',
  'function f(urlFor) { return () => urlFor(1) }',
  'function f() { const { a: { urlFor } } = x; urlFor(1) }',
  'function f() { urlFor(1); function urlFor() {} }',
  'x = function urlFor() { urlFor(1) }',
  '{ class urlFor {} urlFor(1) }',
  'for (const urlFor of x) urlFor(1)',
  'for (let urlFor = x; ; ) urlFor(1)',
  'for (const urlFor in x) urlFor(1)',
  'try {} catch (urlFor) { urlFor(1) }',
  'try {} catch ({ urlFor }) { urlFor(1) }',
])('%s does not call a function of phial', (code) => {
  expect(namesIn(`import { urlFor } from 'phial'\n${code}`)).toEqual([])
  expect(namesIn(`import { urlFor } from 'phial'\n${code}\nurlFor(2)`)).toEqual(['urlFor 3'])
})

test('returns no calls for code that does not parse', () => {
  expect(namesIn("import { urlFor } from 'phial'\nurlFor('a'")).toEqual([])
})
