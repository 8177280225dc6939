import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type AppBuild, type Phial, renderTemplate, streamTemplate, TemplateError } from 'phial'
import { describe, expect, test } from 'vitest'
import { compileTemplate, writeBuild } from '../../../packages/framework/dist/templating/module.js'
import { appWith, folderWith, inApp } from './support.ts'

/** Returns an app without template files. Its templates are precompiled into a module, which is imported from a file. */
async function precompiled(files: Readonly<Record<string, string>>): Promise<Phial> {
  const app = appWith({})
  app.templateGlobal('year', 2000)
  const folder = folderWith({ 'package.json': '{"type":"module"}' })
  const names = Object.keys(app.templates.names)
  const templates = Object.entries(files).map(([name, source]) =>
    compileTemplate(source, name, names),
  )
  const file = join(folder, 'build.js')
  await writeFile(file, writeBuild(templates, {}))
  app.useBuild(((await import(pathToFileURL(file).href)) as { default: AppBuild }).default)
  return app
}

async function streamed(app: Phial, data: object): Promise<string> {
  let text = ''
  for await (const chunk of inApp(() => streamTemplate('page', data), app)) text += chunk
  return text
}

const files = {
  'page.eta':
    "<% layout('base') %>\n<% block('title', (parent) => { %>A, <%~ parent() %><% }) %>\n<% if (it.no) %>no<% else %>yes\n<% for (const x of it.list) { %>\n<%= x %> <%= year %>\n<% } %>\n<%~ include('part/row', { x: '<' }) %>\u2028",
  'base.eta': "<title><%~ block('title', () => { %>Home<% }) %></title>\n<%~ it.body %>",
  'part/row.eta': '[<%= it.x %>]',
  'mail.txt': '<%= it.x %>',
}

test('a precompiled template renders the same as its source, with renderTemplate and streamTemplate', async () => {
  const data = { list: [1, '&'] }
  const plain = appWith(files)
  plain.templateGlobal('year', 2000)
  const app = await precompiled(files)
  const expected = inApp(() => renderTemplate('page', data), plain)
  expect(expected).toContain('<title>A, Home</title>\n\nyes\n1 2000\n&amp; 2000\n[&lt;]')
  expect(inApp(() => renderTemplate('page', data), app)).toBe(expected)
  expect(await streamed(app, data)).toBe(expected)
  expect(inApp(() => renderTemplate('mail.txt', { x: '<' }), app)).toBe('<')
})

test('precompiled templates take precedence over files', async () => {
  const app = appWith({ 'page.eta': "file <%~ include('other') %>", 'other.eta': 'file' })
  app.useBuild((await precompiledBuild('module', 'other.eta')).default)
  expect(inApp(() => renderTemplate('page'), app)).toBe('file module')
  expect(() => inApp(() => renderTemplate('othr'), app)).toThrow('Did you mean "other"?')
})

async function precompiledBuild(source: string, name: string): Promise<{ default: AppBuild }> {
  const text = writeBuild([compileTemplate(source, name, [])], {})
  return (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as { default: AppBuild }
}

describe('an error in a precompiled template has the file and line', () => {
  test.each([
    ['in a printing tag', 'a\n<% const a = 1 %>\n<%= it.fail() %>', 3, 'here'],
    ['in a code tag', 'a\n<% const a = 1 %>\n<% it.fail() %>', 3, 'here'],
    ['of a printed promise', '\n<%= it.later %>', 2, '`it.later` is a promise'],
    ['of an undefined name', '\n\n<%= later %>', 3, 'Did you mean `it.later`?'],
    ['of an await', '\n<% await it.later %>', 2, 'can use await only with streamTemplate'],
  ])('%s', async (_, source, line, message) => {
    const app = await precompiled({ 'page.eta': source })
    const fail = (): never => {
      throw new Error('here')
    }
    const render = (): string =>
      inApp(() => renderTemplate('page', { fail, later: Promise.resolve() }), app)
    expect(render).toThrow(TemplateError)
    expect(render).toThrow(`page.eta:${line}: `)
    expect(render).toThrow(message)
  })

  test('in a stream', async () => {
    const app = await precompiled({ 'page.eta': '<% await null %>\n<% await it.later %>' })
    const later = Promise.reject(new Error('late'))
    await expect(streamed(app, { later })).rejects.toThrow('page.eta:2: Error: late')
  })
})

test('compileTemplate throws with the line of a syntax error', () => {
  expect(() => compileTemplate('a\n<% const = 1 %>', 'page.eta', [])).toThrow(
    'page.eta:2: SyntaxError',
  )
  expect(() => compileTemplate('a\n<% if (a) { %>', 'page.eta', [])).toThrow(
    'The { in <% if (a) { %>',
  )
})
