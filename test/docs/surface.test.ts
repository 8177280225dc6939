import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { root } from '../house/workspace.ts'
import { examplesOf, freeNames, heldTo } from './examples.ts'
import { SCENE } from './scene.ts'
import { Stage } from './stage.ts'
import { entries, type Export, surface } from './surface.ts'

const all = surface()

/** Errors are met, not made: what each means has its example in docs/errors.md. */
const isError = ({ kind, extending }: Export): boolean =>
  kind === 'class' && /(Error|Exception|UnprocessableEntity)$/.test(extending)

/** What Node itself gets from each module. */
async function realNames(modules: string[]): Promise<Record<string, string[]>> {
  const code = `
    const names = async (module) => [module, Object.keys(await import(module))]
    console.log(JSON.stringify(Object.fromEntries(await Promise.all(${JSON.stringify(modules)}.map(names)))))`
  const args = ['--input-type=module', '--eval', code]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: `${root}/test` })
  return JSON.parse(stdout) as Record<string, string[]>
}

describe('what the packages export', () => {
  test('is found, all of it', async () => {
    const real = await realNames(entries().map(({ module }) => module))
    for (const [module, names] of Object.entries(real)) {
      const values = all.filter((one) => one.module === module && one.kind !== 'type')
      expect(values.map(({ name }) => name).sort(), module).toEqual(names.sort())
    }
  })

  test('has a doc comment', () => {
    const bare = all.filter(({ comment }) => comment === '')
    expect(bare.map(({ path, name }) => `${path}: ${name}`)).toEqual([])
  })

  test('has an example, if it is a function or a class', () => {
    const bare = all
      .filter(({ kind }) => kind === 'function' || kind === 'class')
      .filter((one) => !isError(one) && !one.comment.includes('```'))
    expect(bare.map(({ path, name }) => `${path}: ${name}`)).toEqual([])
  })

  test('has examples that are right, as the compiler sees it', async () => {
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

test('the examples that say what comes of a line are right', async () => {
  const stage = await Stage.set('packages')
  try {
    const held = examplesOf(all).flatMap(({ file, code }) => {
      const text = heldTo(code)
      return text === undefined ? [] : [{ file, text }]
    })
    expect(held.length).toBeGreaterThan(10)
    for (const { file, text } of held) await stage.write(file, text)
    await stage.write('main.ts', held.map(({ file }) => `import './${file}'\n`).join(''))
    expect(await stage.run('main.ts')).toEqual({ output: '', code: 0 })
  } finally {
    await stage.strike()
  }
})

test('what an example says of a line', () => {
  expect(heldTo("isHopByHop('Te') // true, always")).toContain(
    "assert.deepEqual(isHopByHop('Te'), true)",
  )
  expect(heldTo("a() // { b: 'c' }")).toContain("assert.deepEqual(a(), { b: 'c' })")
  for (const silent of ['a() // does it', 'a() // { b }', "environ.PATH_INFO // '/'"])
    expect(heldTo(silent), silent).toBeUndefined()
})

test('the names that an example leaves to be imported', () => {
  const names = freeNames("import { a } from 'a'\nconst b: C = a(d.e, { f: g })\nb.h()")
  expect([...names].sort()).toEqual(['C', 'd', 'g'])
})
