import {
  call,
  GatewayError,
  setupTestingDefaults,
  validator,
  type Application,
  type Environ,
  type StartResponse,
} from '@phial/core'
import { describe, expect, test } from 'vitest'
import { bytes } from '../support/bytes.ts'
import { drive, driveToEnd, ok } from '../support/drive.ts'

const good: Record<string, Application> = {
  'an array': (_environ, startResponse) => {
    ok(startResponse)
    return [bytes('one'), bytes('two')]
  },
  'an array of one chunk': (_environ, startResponse) => {
    ok(startResponse, ['Content-Length', '3'])
    return [bytes('one')]
  },
  nothing: (_environ, startResponse) => {
    startResponse('204 No Content', [])
    return []
  },
  'a generator': function* app(_environ, startResponse) {
    ok(startResponse)
    yield bytes('one')
    yield bytes('two')
  },
  'an asynchronous generator': async function* app(_environ, startResponse) {
    ok(startResponse)
    yield bytes('one')
    yield bytes('two')
  },
  'a promise of an array': async (_environ, startResponse) => {
    ok(startResponse)
    return [bytes('one')]
  },
  write: (_environ, startResponse) => {
    void startResponse('200 OK', [['Content-Type', 'a']])(bytes('ahead'))
    return [bytes('one')]
  },
  'an error page': function* app(_environ, startResponse) {
    ok(startResponse)
    yield bytes('')
    startResponse('500 Oops', [['Content-Type', 'a']], new Error('broken'))
    yield bytes('sorry')
  },
  'an echo': async (environ, startResponse) => {
    ok(startResponse)
    environ['wsgi.errors'].writelines(['read\n'])
    return [await environ['wsgi.input'].readline(3), ...(await environ['wsgi.input'].readlines())]
  },
}

describe.each(Object.entries(good))(
  'an application that complies with the rules: %s',
  (_name, app) => {
    test.each([
      ['once', validator],
      ['twice', (inner: Application) => validator(validator(inner))],
    ])('has the same head and chunks under the validator, applied %s', async (_times, wrap) => {
      for (const method of ['GET', 'HEAD']) {
        // oxlint-disable-next-line no-await-in-loop -- sequentially
        const bare = await driveToEnd(app, { method })
        // oxlint-disable-next-line no-await-in-loop -- sequentially
        const watched = await driveToEnd(wrap(app), { method })
        expect(watched.calls).toEqual(bare.calls)
        expect(watched.errors).toEqual([])
        expect(bare.calls.at(-1)?.[0]).toBe('end')
      }
    })

    test('stays synchronous if it is synchronous', () => {
      expect(drive(validator(app)).done instanceof Promise).toBe(drive(app).done instanceof Promise)
    })
  },
)

test('passes an array on as an array', () => {
  const body = validator(good['an array of one chunk'] as Application)(
    setupTestingDefaults({}),
    () => () => undefined,
  )
  expect(Array.isArray(body)).toBe(true)
  expect(body).toHaveLength(1)
})

describe('the server', () => {
  const app = good['an array'] as Application
  const nothing = (): undefined => undefined
  const called = (...args: unknown[]): unknown => Reflect.apply(validator(app), undefined, args)

  test.each([
    ['without arguments', [], 'SRV-1'],
    ['with three arguments', [setupTestingDefaults({}), nothing, 3], 'SRV-1'],
    ['without startResponse', [setupTestingDefaults({}), undefined], 'SRV-2'],
    ['with an incomplete environ', [{}, nothing], 'ENV-2'],
    ['with a frozen environ', [Object.freeze(setupTestingDefaults({})), nothing], 'ENV-1'],
    ['with a startResponse that returns nothing', [setupTestingDefaults({}), nothing], 'SRV-3'],
  ])('that calls %s gets an error', (_how, args, rule) => {
    expect(() => called(...args)).toThrow(GatewayError)
    expect(() => called(...args)).toThrow(new RegExp(`^${rule}: `))
  })
})

test('throws at the place of the breach, so that the stack contains it', async () => {
  let raised: unknown
  await call(
    validator((_environ: Environ, startResponse: StartResponse) => {
      try {
        startResponse('200 OK', [])
      } catch (error) {
        raised = error
        throw error
      }
      return []
    }),
  ).catch(() => undefined)
  expect(raised).toMatchObject({ rule: 'APP-10' })
  expect((raised as Error).stack).toContain('validator.test.ts')
})

test('passes the error of an application on unchanged', async () => {
  const failing = new Error('broken')
  const apps: Application[] = [
    () => {
      throw failing
    },
    () => Promise.reject(failing),
    function* app(_environ, startResponse) {
      ok(startResponse)
      yield bytes('one')
      throw failing
    },
  ]
  for (const app of apps)
    // oxlint-disable-next-line no-await-in-loop -- sequentially
    expect((await driveToEnd(validator(app))).errors).toEqual([failing])
})
