import { join } from 'node:path'
import fc from 'fast-check'
import { renderTemplate, TemplateNotFound } from 'phial'
import { describe, expect, test } from 'vitest'
import { logging, messages } from '../support.ts'
import { appWith, folderWith, inApp, rendered, write } from './support.ts'

describe('the loader', () => {
  test('uses the first folder that contains the template, with or without .eta', () => {
    const app = appWith({ 'a.txt.eta': 'app' })
    app.templateFolders.push(folderWith({ 'a.txt': 'one', 'b.eta': 'one' }))
    app.templateFolders.push(folderWith({ 'b.eta': 'two', 'c.eta': "two <%~ include('b') %>" }))
    const names = ['a.txt', 'b', 'c']
    expect(names.map((name) => inApp(() => renderTemplate(name), app))).toEqual([
      'app',
      'one',
      'two one',
    ])
  })

  test('reloads changed templates if TEMPLATES_AUTO_RELOAD is set, by default in debug mode', () => {
    const seen = [
      {},
      { DEBUG: true },
      { TEMPLATES_AUTO_RELOAD: true },
      { DEBUG: true, TEMPLATES_AUTO_RELOAD: false },
    ].map((config) => {
      const app = appWith({ 'page.eta': 'old' }, config)
      const show = (): string => inApp(() => renderTemplate('page'), app)
      show()
      write(app.rootPath, { 'page.eta': 'new' })
      return show()
    })
    expect(seen).toEqual(['old', 'new', 'new', 'old'])
  })

  test('finds a template that was added to an earlier folder, in debug mode', () => {
    const app = appWith({}, { DEBUG: true })
    app.templateFolders.push(folderWith({ 'page.eta': 'theirs' }))
    const show = (): string => inApp(() => renderTemplate('page'), app)
    expect(show()).toBe('theirs')
    write(app.rootPath, { 'page.eta': 'ours' })
    expect(show()).toBe('ours')
  })

  test('logs the search if EXPLAIN_TEMPLATE_LOADING is set', async () => {
    const app = appWith({ 'b.eta': 'b' }, { EXPLAIN_TEMPLATE_LOADING: true })
    const other = folderWith({})
    app.templateFolders.unshift(other)
    app.get('/', () => renderTemplate(['a', 'b']))
    const { log, environ } = logging()
    await app.testClient().get('/', { environ })
    expect(messages(log()).join('\n')).toBe(
      [
        'Searching for template "a":',
        `    1: ${join(other, 'a.eta')}: not found`,
        `    2: ${join(app.rootPath, 'a.eta')}: not found`,
        '       not found in any folder',
        'Searching for template "b":',
        `    1: ${join(other, 'b.eta')}: not found`,
        `    2: ${join(app.rootPath, 'b.eta')}: found`,
      ].join('\n'),
    )
  })
})

describe('a template name', () => {
  test('without an extension refers to a file that ends in .eta, never to a folder', () => {
    const files = { 'page.eta': 'eta', page: 'none', 'dir.eta/x': '', 'mail.txt.eta': 'mail' }
    expect(rendered(files)).toBe('eta')
    expect(rendered(files, {}, 'mail.txt')).toBe('mail')
    expect(() => rendered(files, {}, 'dir')).toThrow(TemplateNotFound)
  })

  test('in a list is used if it is the first existing one', () => {
    expect(rendered({ 'b.eta': 'b', 'c.eta': 'c' }, {}, ['a', 'c', 'b'])).toBe('c')
    expect(() => rendered({}, {}, ['a', 'b'])).toThrow('Template "a" or "b" was not found in ')
    expect(() => rendered({}, {}, [])).toThrow('Expected a template name, received an empty list.')
  })

  test('that does not exist gets a hint with the most similar name', () => {
    const files = {
      'index.eta': '',
      'posts/show.eta': '',
      'mail.txt': '',
      'page.eta': "<%~ include('pots/show') %>",
    }
    const failing =
      (name: string): (() => string) =>
      () =>
        rendered(files, {}, name)
    expect(failing('indx')).toThrow('Did you mean "index"?')
    expect(failing('posts/shwo')).toThrow('Did you mean "posts/show"?')
    expect(failing('mial.txt')).toThrow('Did you mean "mail.txt"?')
    expect(failing('page')).toThrow(
      /page\.eta:1: TemplateNotFound: .* Did you mean "posts\/show"\?/,
    )
    expect(failing('completely-different')).toThrow('A name without an extension refers to')
  })

  test('of a file with a byte order mark renders the file without it', () => {
    expect(rendered({ 'page.eta': '\uFEFF<% const a = 1 %>\n<%= a %>' })).toBe('1')
  })

  test('may contain redundant slashes and dots', () => {
    const names = ['a/b', '/a/b', '//a//b', 'a/./b', './a/b', 'x/../a/b', 'a/b.eta']
    const app = appWith({ 'a/b.eta': 'b' })
    expect(names.map((name) => inApp(() => renderTemplate(name), app))).toEqual(
      names.map(() => 'b'),
    )
  })

  test('never leads out of the template folders', () => {
    const secret = folderWith({ 'secret.eta': 'secret', 'in/x.eta': '' })
    const app = appWith({ 'page.eta': '<%~ include(it.name) %>' })
    app.templateFolders.push(join(secret, 'in'))
    const part = fc.constantFrom('..', '.', '/', '\\', 'secret', '.eta', '%2e', 'in', '\0', secret)
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const name = parts.join('')
        const show = (name: string, data?: object): string =>
          inApp(() => renderTemplate(name, data), app)
        for (const attempt of [() => show(name), () => show('page', { name })]) {
          try {
            expect(attempt()).not.toContain('secret')
          } catch (error) {
            expect(String(error)).toContain('was not found')
          }
        }
      }),
    )
    expect(() => inApp(() => renderTemplate('../secret'), app)).toThrow(TemplateNotFound)
  })

  test('that is longer than the file system allows is not found', () => {
    const name = `${'x'.repeat(300)}.eta`
    expect(() => rendered({}, {}, name)).toThrow(TemplateNotFound)
  })
})
