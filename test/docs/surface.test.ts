import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { root } from '../house/workspace.ts'
import { examplesOf, freeNames, testOf } from './examples.ts'
import { SCENE } from './scene.ts'
import { Stage } from './stage.ts'
import { entries, type Export, surface } from './surface.ts'

const all = surface()

/** Error classes do not need an example, because docs/errors.md has one for each error. */
const isError = ({ kind, extending }: Export): boolean =>
  kind === 'class' && /(Error|Exception|UnprocessableEntity)$/.test(extending)

/** The names that Node imports from each module. */
async function realNames(modules: string[]): Promise<Record<string, string[]>> {
  const code = `
    const names = async (module) => [module, Object.keys(await import(module))]
    console.log(JSON.stringify(Object.fromEntries(await Promise.all(${JSON.stringify(modules)}.map(names)))))`
  const args = ['--input-type=module', '--eval', code]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: `${root}/test` })
  return JSON.parse(stdout) as Record<string, string[]>
}

describe('the exports of the packages', () => {
  test('are found completely', async () => {
    const real = await realNames(entries().map(({ module }) => module))
    for (const [module, names] of Object.entries(real)) {
      const values = all.filter((one) => one.module === module && one.kind !== 'type')
      expect(values.map(({ name }) => name).sort(), module).toEqual(names.sort())
    }
  })

  test('have a doc comment', () => {
    const bare = all.filter(({ comment }) => comment === '')
    expect(bare.map(({ path, name }) => `${path}: ${name}`)).toEqual([])
  })

  test('have an example if they are functions or classes', () => {
    const bare = all
      .filter(({ kind }) => kind === 'function' || kind === 'class')
      .filter((one) => !isError(one) && !one.comment.includes('```'))
    expect(bare.map(({ path, name }) => `${path}: ${name}`)).toEqual([])
  })

  test('have examples that compile', async () => {
    const stage = await Stage.set('packages')
    try {
      const examples = examplesOf(all)
      expect(examples.length).toBeGreaterThan(100)
      await stage.write('scene.d.ts', SCENE)
      await stage.write('app.d.ts', "export const app: import('@phial/core').Application")
      for (const { file, code } of examples) await stage.write(file, code)
      const { output } = await stage.check(['scene.d.ts', ...examples.map(({ file }) => file)])
      expect(output).toBe('')
    } finally {
      await stage.strike()
    }
  })
})

test('examples that state the result of a line state the actual result', async () => {
  const stage = await Stage.set('packages')
  try {
    const tests = examplesOf(all).flatMap(({ file, code }) => {
      const text = testOf(code)
      return text === undefined ? [] : [{ file, text }]
    })
    expect(tests.length).toBeGreaterThan(10)
    for (const { file, text } of tests) await stage.write(file, text)
    await stage.write('main.ts', tests.map(({ file }) => `import './${file}'\n`).join(''))
    expect(await stage.run('main.ts')).toEqual({ output: '', code: 0 })
  } finally {
    await stage.strike()
  }
})

test('testOf converts a stated result to an assertion, and ignores other comments', () => {
  expect(testOf("isHopByHop('Te') // true, always")).toContain(
    "assert.deepEqual(isHopByHop('Te'), true)",
  )
  expect(testOf("a() // { b: 'c' }")).toContain("assert.deepEqual(a(), { b: 'c' })")
  for (const silent of ['a() // does it', 'a() // { b }', "environ.PATH_INFO // '/'"])
    expect(testOf(silent), silent).toBeUndefined()
})

test('freeNames returns names that are neither declared nor imported', () => {
  const names = freeNames("import { a } from 'a'\nconst b: C = a(d.e, { f: g })\nb.h()")
  expect([...names].sort()).toEqual(['C', 'd', 'g'])
})
