import { expect, test } from 'vitest'
import { callsIn } from '../../../packages/cli/src/check/calls.ts'

const namesIn = (source: string, path = 'app.ts', known: string[] = []): string[] =>
  callsIn({ path, source, known }).map(({ name, line }) => `${name} ${line}`)

test('calls of what is imported from phial, by whatever name, and of an object', () => {
  const source = `import { urlFor as to, renderTemplate, Phial } from 'phial'
import { streamTemplate } from './mine.ts'
enum Kind { One }
to('a')
const x = <T,>(value: T): string => renderTemplate<T>('b')
streamTemplate('not mine')
include('no template')
app.urlFor('c') + this.app['urlFor']('d') + [].includes('e')`
  expect(namesIn(source)).toEqual(['urlFor 4', 'renderTemplate 5', 'urlFor 8'])
})

test('in a template, its own names', () => {
  expect(
    namesIn("layout('a')\nif (include('b')) urlFor(\n'c')", 'a.js', ['include', 'layout']),
  ).toEqual(['layout 1', 'include 2'])
})

test('code that is none has no calls', () => {
  expect(namesIn("import { urlFor } from 'phial'\nurlFor('a'")).toEqual([])
})
