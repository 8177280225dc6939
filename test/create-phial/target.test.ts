import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findTarget, nameProblem } from '../../packages/create-phial/src/target.ts'
import { temporaryFolder } from './support/command.ts'

describe('the folder', () => {
  test('does not have to exist', () => {
    const cwd = temporaryFolder()
    const path = join(cwd, 'a/shop')
    expect(findTarget('a/shop', cwd, false)).toEqual({
      path,
      dir: 'a/shop',
      name: 'shop',
      exists: false,
    })
  })

  test('may exist if it is empty, or contains only a repository', () => {
    const cwd = temporaryFolder()
    mkdirSync(join(cwd, 'shop/.git'), { recursive: true })
    expect(findTarget('shop', cwd, false).exists).toBe(true)
    expect(findTarget('.', join(cwd, 'shop'), false)).toMatchObject({ name: 'shop', exists: true })
  })

  test('is rejected if it contains files, except with --force', () => {
    const cwd = temporaryFolder()
    mkdirSync(join(cwd, 'shop'))
    for (const name of ['a', 'b', 'c', 'd']) writeFileSync(join(cwd, 'shop', name), '')
    expect(() => findTarget('shop', cwd, false)).toThrow(
      'shop is not empty (a, b, c, …). Choose another folder, or pass --force to add files to this one. Existing files are not overwritten.',
    )
    expect(findTarget('shop', cwd, true).exists).toBe(true)
  })

  test('is rejected if it is a file or below one', () => {
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'shop'), '')
    expect(() => findTarget('shop', cwd, true)).toThrow('shop is a file. Choose another name')
    expect(() => findTarget('shop/inner', cwd, true)).toThrow(
      'shop/inner cannot be used: a file is in the way',
    )
  })
})

describe('the name', () => {
  test.for(['shop', 'shop-2', 'my.shop', 'a'])('%s is valid', (name) => {
    expect(nameProblem(name)).toBeUndefined()
  })

  test.for([
    ['My Shop', 'Try my-shop'],
    ['Käse', 'Try ka-se'],
    ['.hidden', 'Try hidden'],
    ['node_modules', 'Try node-modules'],
    ['http', 'Try phial-app'],
    ['x'.repeat(215), `Try ${'x'.repeat(100)}`],
    ['日本', 'Try phial-app'],
    ['', 'Try phial-app'],
  ] as const)('%s is rejected, and a similar one is suggested', ([name, hint]) => {
    const problem = nameProblem(name)
    expect(problem).toContain(`${JSON.stringify(name)} is not a valid package name: `)
    expect(problem).toContain(hint)
    expect(problem).not.toContain('\n')
  })
})
