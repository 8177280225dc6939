import type { Application } from '@phial/core'
import { describe, expect, test } from 'vitest'
import {
  callFactory,
  checkApplication,
  defaultApplication,
  lookUp,
} from '../../../packages/server/src/load/exported.ts'

const app: Application = (_, startResponse) => {
  startResponse('200 OK', [])
  return []
}
const inModule = (exported: object): { exported: object; label: string } => ({
  exported,
  label: 'm.ts',
})
const target = { module: 'm', names: [], args: undefined }
const fails = (message: string): unknown =>
  expect.objectContaining({ exitCode: 4, message: expect.stringContaining(message) })

describe('the default application', () => {
  test.each([
    ['default before app', { default: app, app: () => 1, application: () => 1 }],
    ['app before application', { default: 'text', app, application: () => 1 }],
    ['application', { application: app }],
    ['in the exports of CommonJS', { default: { app } }],
  ])('is found: %s', async (_, exported) => {
    expect(await defaultApplication(inModule(exported), target)).toBe(app)
  })

  test.each([
    ['createApp', { createApp: () => app }],
    ['makeApp, which returns a promise', { makeApp: async () => app }],
    [
      'makeApp, because createApp needs an argument',
      { createApp: (_: string) => 1, makeApp: () => app },
    ],
    ['createApp with rest parameters', { createApp: (..._: unknown[]) => app }],
    ['of CommonJS', { default: { createApp: () => app } }],
    ['no factory if there is an application', { application: app, createApp: () => 1 }],
  ])('is the result of a factory: %s', async (_, exported) => {
    expect(await defaultApplication(inModule(exported), target)).toBe(app)
  })

  test('is an error if its factory throws or returns another value', async () => {
    const failing = (): never => {
      throw new Error('no tea')
    }
    const asked = (exported: object): Promise<unknown> =>
      defaultApplication(inModule(exported), target)
    await expect(asked({ createApp: failing })).rejects.toEqual(fails('failed: Error: no tea'))
    await expect(asked({ createApp: () => 1 })).rejects.toEqual(
      fails('is 1; expected an application'),
    )
  })

  test('may be an object with wsgiApp', async () => {
    const site = { wsgiApp: app }
    expect(await defaultApplication(inModule({ site, app: site }), target)).toBe(site)
  })

  test.each([
    [
      { hello: app, world: app },
      'm.ts exports no application as default, app or application; it exports hello, world; pass one of them, as in m:hello',
    ],
    [{}, 'it exports nothing'],
    [{ app: 1 }, 'it exports app'],
    [{ createApp: (_: string) => 1 }, 'it exports createApp'],
  ])('is an error for %o', async (exported, message) => {
    await expect(defaultApplication(inModule(exported), target)).rejects.toEqual(fails(message))
  })
})

describe('lookUp', () => {
  const exported = { app, site: { inner: { app }, count: 3 }, default: { hidden: app } }

  test('finds a dotted name', () => {
    expect(lookUp(inModule(exported), ['app'])).toEqual({
      value: app,
      owner: undefined,
      label: 'app in m.ts',
    })
    expect(lookUp(inModule(exported), ['site', 'inner', 'app'])).toEqual({
      value: app,
      owner: exported.site.inner,
      label: 'app in inner in site in m.ts',
    })
    expect(lookUp(inModule(exported), ['hidden']).value).toBe(app)
  })

  test.each([
    [['ap'], 'cannot find ap in m.ts; did you mean app?'],
    [['nothing'], 'cannot find nothing in m.ts; it has app, site, hidden'],
    [['site', 'iner'], 'cannot find iner in site in m.ts; did you mean inner?'],
    [['site', 'count', 'x'], 'cannot find x in count in site in m.ts'],
  ])('throws a StartError for %j: %s', (names, message) => {
    expect(() => lookUp(inModule(exported), names)).toThrow(fails(message))
  })
})

describe('a factory', () => {
  const call = (value: unknown, args: unknown[] = [], owner?: unknown): Promise<unknown> =>
    callFactory({ value, owner, label: 'make in m.ts' }, args).then((found) =>
      checkApplication(found, { module: 'm', names: ['make'], args }),
    )

  test('is called with its arguments and its object, and may return a promise', async () => {
    const seen: unknown[] = []
    const owner = {
      async make(...args: unknown[]): Promise<Application> {
        seen.push(this, ...args)
        return app
      },
    }
    expect(await call(owner.make, ['a', 1], owner)).toBe(app)
    expect(seen).toEqual([owner, 'a', 1])
  })

  test.each([
    [3, [], 'make in m.ts is 3, not a function; omit the parentheses'],
    [
      () => {
        throw new Error('no database')
      },
      ['x'],
      'make in m.ts, called with ("x") (it has 0 parameters), failed: Error: no database',
    ],
    [(one: string) => one.length, [], 'called with () (it has 1 parameter), failed: TypeError'],
    [
      (one: number) => one,
      [1],
      'the result of make in m.ts, called with (1), is 1; expected an application: a function',
    ],
    [() => undefined, [], 'is undefined; expected an application'],
  ])('%o called with %j is an error', async (value, args, message) => {
    await expect(call(value, args)).rejects.toEqual(fails(message))
  })
})

describe('checkApplication', () => {
  const check = (value: unknown, owner?: unknown): unknown =>
    checkApplication(
      { value, owner, label: 'x in m.ts' },
      { module: 'm', names: ['x'], args: undefined },
    )

  test('binds a method to its object', () => {
    const site = {
      status: '200 OK',
      handle(_: unknown, startResponse: (status: string, headers: []) => void): Uint8Array[] {
        startResponse(this.status, [])
        return []
      },
    }
    const found = check(site.handle, site) as Application
    const seen: string[] = []
    void found({} as never, ((status: string) => void seen.push(status)) as never)
    expect(seen).toEqual(['200 OK'])
  })

  test.each([
    ['text', "x in m.ts is the string 'text'"],
    [null, 'x in m.ts is null'],
    [[app], 'x in m.ts is an array'],
    [{ wsgiApp: 1 }, 'x in m.ts is an object'],
    [class Site {}, 'x in m.ts is a class'],
    [
      () => app,
      'x in m.ts takes no arguments, but an application takes (environ, startResponse); if it is a factory, write m:x()',
    ],
    [
      async function make() {
        return app
      },
      'if it is a factory, write m:x()',
    ],
  ])('throws a StartError for %o', (value, message) => {
    expect(() => check(value)).toThrow(fails(message))
  })

  test('accepts rest parameters, whose number is unknown', () => {
    const rest = (...args: unknown[]): unknown => args
    expect(check(rest)).toBe(rest)
  })
})
