import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TemplateError } from 'phial'
import { tsImport } from 'tsx/esm/api'
import { describe, expect, test } from 'vitest'
import { traceOf } from '../../../packages/framework/dist/debug/traceback.js'
import { makeApp } from './app.ts'

/** Returns the error that a view of the app throws. */
async function thrownBy(path: string): Promise<unknown> {
  return makeApp()
    .testClient()
    .get(path)
    .then(
      () => undefined,
      (error: unknown) => error,
    )
}

const appFile = 'framework/debug/app.ts'

describe('a trace', () => {
  test('starts where the error was created, in TypeScript, with the surrounding lines', async () => {
    const { name, message, frames } = await traceOf(await thrownBy('/says'))
    expect(name).toBe('TypeError')
    expect(message).toContain('The key was')
    const [first] = frames
    expect(first?.file).toMatch(new RegExp(`${appFile}$`))
    expect(first?.isApp).toBe(true)
    const marked = first?.source.find(({ number }) => number === first.line)
    expect(marked?.text).toContain('throw new TypeError(`The key was')
    const lines = readFileSync(fileURLToPath(new URL('app.ts', import.meta.url)), 'utf8').split(
      '\n',
    )
    expect(first?.source.map(({ text }) => text)).toEqual(
      lines.slice((first?.line ?? 0) - 6, (first?.line ?? 0) + 5),
    )
  })

  test('distinguishes frames of the app from those of Phial and Node', async () => {
    const { frames } = await traceOf(await thrownBy('/says'))
    const others = frames.filter(({ isApp }) => !isApp)
    expect(others.some(({ file }) => /packages\/framework/.test(file))).toBe(true)
    expect(frames.filter(({ isApp }) => isApp).every(({ file }) => file.endsWith('.ts'))).toBe(true)
  })

  test('contains the causes, each with its frames', async () => {
    const { message, causes } = await traceOf(await thrownBy('/orders/7'))
    expect(message).toBe('Order 7 could not be read from the archive')
    expect(causes.map(({ name }) => name)).toEqual(['SyntaxError'])
    expect(causes[0]?.frames.some(({ where }) => where.includes('findOrder'))).toBe(true)
  })

  test('of a template error starts in the template and continues where it was rendered', async () => {
    const error = await thrownBy('/cart')
    expect(error).toBeInstanceOf(TemplateError)
    const { name, message, frames, causes } = await traceOf(error)
    expect(`${name}: ${message}`).toMatch(/^TemplateError: TypeError: Cannot read properties/)
    expect(frames[0]?.file).toMatch(/templates\/cart\.eta$/)
    expect(frames[0]?.line).toBe(4)
    expect(frames[0]?.source.find(({ number }) => number === 4)?.text).toContain('toFixed')
    expect(frames.filter(({ line, file }) => line === 4 && file.endsWith('.eta'))).toHaveLength(1)
    expect(frames.some(({ file }) => file.endsWith(appFile))).toBe(true)
    expect(causes).toEqual([])
  })

  test('of an error in a template from a string quotes the template', async () => {
    const { frames } = await traceOf(await thrownBy('/text'))
    expect(frames[0]).toMatchObject({ file: 'a template from a string', line: 2, isApp: true })
    expect(frames[0]?.source).toContainEqual({ number: 2, text: '<%= it.user.name %>' })
  })

  test('of a syntax error starts at the location in the compiler’s message', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'phial-debug-'))
    const file = join(folder, 'app.ts')
    await writeFile(file, 'export const a: number = 1\nexport const b: = 2\n')
    const error: unknown = await tsImport(file, import.meta.url).catch(
      (failure: unknown) => failure,
    )
    const [first] = (await traceOf(error)).frames
    await rm(folder, { recursive: true })
    expect(first).toMatchObject({ line: 2, isApp: true, where: 'syntax' })
    expect(first?.file).toMatch(/app\.ts$/)
    expect(first?.source[1]).toEqual({ number: 2, text: 'export const b: = 2' })
  })

  test('of a value that is not an Error says what was thrown', async () => {
    const { message, frames } = await traceOf(await thrownBy('/text-thrown'))
    expect(message).toBe('"a string" was thrown. Throw an Error, which has a stack.')
    expect(frames).toEqual([])
    expect((await traceOf({ a: 1 })).message).toMatch(/^An object was thrown/)
    expect((await traceOf(undefined)).message).toMatch(/^undefined was thrown/)
  })

  test('ends at circular causes', async () => {
    const one = new Error('one')
    one.cause = new AggregateError([one, new Error('two')], 'many', { cause: one })
    const { causes } = await traceOf(one)
    expect(causes.map(({ message }) => message)).toEqual(['many'])
    expect(causes[0]?.causes.map(({ message }) => message)).toEqual(['two'])
  })

  test('does not read frames from the message', async () => {
    const { frames } = await traceOf(new Error('a\n    at evil (/etc/passwd:1:1)\nb'))
    expect(frames.map(({ file }) => file).join()).not.toContain('passwd')
  })

  test('has no frames if the error has no stack', async () => {
    const error = new Error('bare')
    Object.assign(error, { stack: undefined })
    expect(await traceOf(error)).toMatchObject({ message: 'bare', frames: [] })
  })
})
