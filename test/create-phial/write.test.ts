import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findTarget } from '../../packages/create-phial/src/target.ts'
import { writeApp } from '../../packages/create-phial/src/write.ts'
import { temporaryFolder } from './support/command.ts'

const files = new Map([
  ['app.ts', Buffer.from('app')],
  ['pages/index.eta', Buffer.from('page')],
])

const all = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()

describe('a new folder', () => {
  test('is complete, and nothing else is created', () => {
    const cwd = temporaryFolder()
    writeApp(files, findTarget('a/shop', cwd, false))
    expect(all(cwd)).toEqual([
      'a',
      'a/shop',
      'a/shop/app.ts',
      'a/shop/pages',
      'a/shop/pages/index.eta',
    ])
    expect(readFileSync(join(cwd, 'a/shop/app.ts'), 'utf8')).toBe('app')
    // Readable by other users, like any new folder.
    expect(statSync(join(cwd, 'a/shop')).mode & 0o777).toBe(0o777 & ~process.umask())
  })

  test('is not created if a file cannot be written, nor are its parents', () => {
    const cwd = temporaryFolder()
    const broken = new Map([...files, ['app.ts/inner', Buffer.from('')]])
    expect(() => writeApp(broken, findTarget('a/b/shop', cwd, false))).toThrow(
      'a/b/shop cannot be written: a file is in the way. No files were written',
    )
    expect(all(cwd)).toEqual([])
  })

  test('that appeared meanwhile is left unchanged', () => {
    const cwd = temporaryFolder()
    const target = findTarget('shop', cwd, false)
    mkdirSync(target.path)
    writeFileSync(join(target.path, 'mine'), 'mine')
    expect(() => writeApp(files, target)).toThrow('shop cannot be written')
    expect(all(cwd)).toEqual(['shop', 'shop/mine'])
  })
})

describe('an existing folder', () => {
  test('gets the files in addition to its own', () => {
    const cwd = join(temporaryFolder(), 'shop')
    mkdirSync(cwd)
    mkdirSync(join(cwd, 'pages'))
    writeFileSync(join(cwd, 'LICENSE'), 'mine')
    writeApp(files, findTarget('.', cwd, true))
    expect(all(cwd)).toEqual(['LICENSE', 'app.ts', 'pages', 'pages/index.eta'])
  })

  test('keeps a conflicting file, and gets no other files', () => {
    const cwd = join(temporaryFolder(), 'shop')
    mkdirSync(cwd)
    writeFileSync(join(cwd, 'app.ts'), 'mine')
    expect(() => writeApp(files, findTarget('.', cwd, true))).toThrow(
      'Existing files are not overwritten: app.ts. No files were written',
    )
    expect(all(cwd)).toEqual(['app.ts'])
    expect(readFileSync(join(cwd, 'app.ts'), 'utf8')).toBe('mine')
  })

  test('is restored if another error occurs', () => {
    const cwd = join(temporaryFolder(), 'shop')
    mkdirSync(cwd)
    writeFileSync(join(cwd, 'pages'), 'a file instead of a folder')
    expect(() => writeApp(files, findTarget('.', cwd, true))).toThrow(
      /a file is in the way\. No files were written\.$/,
    )
    expect(all(cwd)).toEqual(['pages'])
    expect(existsSync(join(cwd, 'app.ts'))).toBe(false)
  })
})
