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

describe('the default', () => {
  test.each([
    ['default before app', { default: app, app: () => 1, application: () => 1 }],
    ['app before application', { default: 'text', app, application: () => 1 }],
    ['application', { application: app }],
    ['in the exports of CommonJS', { default: { app } }],
  ])('%s', async (_, exported) => {
    expect(await defaultApplication(inModule(exported), target)).toBe(app)
  })

  test.each([
    ['createApp', { createApp: () => app }],
    ['makeApp, with a promise', { makeApp: async () => app }],
    ['before one that needs an argument', { createApp: (_: string) => 1, makeApp: () => app }],
    ['that takes any arguments, or none', { createApp: (..._: unknown[]) => app }],
    ['of CommonJS', { default: { createApp: () => app } }],
    ['and not, where there is an application', { application: app, createApp: () => 1 }],
  ])('what a factory makes: %s', async (_, exported) => {
    expect(await defaultApplication(inModule(exported), target)).toBe(app)
  })

  test('a factory that fails, or makes something else', async () => {
    const failing = (): never => {
      throw new Error('no tea')
    }
    const asked = (exported: object): Promise<unknown> =>
      defaultApplication(inModule(exported), target)
    await expect(asked({ createApp: failing })).rejects.toEqual(fails('failed: Error: no tea'))
    await expect(asked({ createApp: () => 1 })).rejects.toEqual(fails('is 1; an application is'))
  })

  test('an object with wsgiApp', async () => {
    const site = { wsgiApp: app }
    expect(await defaultApplication(inModule({ site, app: site }), target)).toBe(site)
  })

  test.each([
    [
      { hello: app, world: app },
      'm.ts exports no application as default, app or application; it exports hello, world: say m:hello',
    ],
    [{}, 'it exports nothing'],
    [{ app: 1 }, 'it exports app'],
    [{ createApp: (_: string) => 1 }, 'it exports createApp'],
  ])('%o', async (exported, message) => {
    await expect(defaultApplication(inModule(exported), target)).rejects.toEqual(fails(message))
  })
})

describe('a name', () => {
  const exported = { app, site: { inner: { app }, count: 3 }, default: { hidden: app } }

  test('is looked up, dots and all', () => {
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
    [['ap'], 'there is no ap in m.ts; did you mean app?'],
    [['nothing'], 'there is no nothing in m.ts; it has app, site, hidden'],
    [['site', 'iner'], 'there is no iner in site in m.ts; did you mean inner?'],
    [['site', 'count', 'x'], 'there is no x in count in site in m.ts'],
  ])('%j', (names, message) => {
    expect(() => lookUp(inModule(exported), names)).toThrow(fails(message))
  })
})

describe('a factory', () => {
  const call = (value: unknown, args: unknown[] = [], owner?: unknown): Promise<unknown> =>
    callFactory({ value, owner, label: 'make in m.ts' }, args).then((found) =>
      checkApplication(found, { module: 'm', names: ['make'], args }),
    )

  test('is called with its arguments, on its object, and may answer later', async () => {
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
    [3, [], 'make in m.ts is 3, which cannot be called'],
    [
      () => {
        throw new Error('no database')
      },
      ['x'],
      'make in m.ts, called with ("x") (it names 0 parameters) failed: Error: no database',
    ],
    [(one: string) => one.length, [], 'called with () (it names 1 parameters) failed: TypeError'],
    [
      (one: number) => one,
      [1],
      'what came from make in m.ts, called with (1) is 1; an application is a function',
    ],
    [() => undefined, [], 'is undefined; an application is'],
  ])('%o with %j', async (value, args, message) => {
    await expect(call(value, args)).rejects.toEqual(fails(message))
  })
})

describe('checkApplication', () => {
  const check = (value: unknown, owner?: unknown): unknown =>
    checkApplication(
      { value, owner, label: 'x in m.ts' },
      { module: 'm', names: ['x'], args: undefined },
    )

  test('a method keeps its object', () => {
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
    ['text', "x in m.ts is the text 'text'"],
    [null, 'x in m.ts is null'],
    [[app], 'x in m.ts is an array'],
    [{ wsgiApp: 1 }, 'x in m.ts is an object'],
    [class Site {}, 'x in m.ts is a class'],
    [
      () => app,
      'x in m.ts takes no arguments, an application takes (environ, startResponse); if it makes one, say m:x()',
    ],
    [
      async function make() {
        return app
      },
      'if it makes one, say m:x()',
    ],
  ])('%o', (value, message) => {
    expect(() => check(value)).toThrow(fails(message))
  })

  test('parameters that cannot be seen are no reason to refuse', () => {
    const rest = (...args: unknown[]): unknown => args
    expect(check(rest)).toBe(rest)
  })
})
