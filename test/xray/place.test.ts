import { record } from '@phial/xray'
import { compose, dispatcher, proxyFix, type Application } from '@phial/core'
import { expect, test } from 'vitest'
import { declaredAt, placeOfCaller } from '../../packages/xray/src/place.ts'
import { createApp } from '../../examples/ladder/2-middleware/app.ts'
import { allLayers, nameOf } from '../../packages/xray/src/steps.ts'

test('a frame outside the user’s code has no place', () => {
  expect(placeOfCaller()?.at).toBe('') // the caller is Vitest
})

test('middleware of the gateway is named', async () => {
  const app: Application = (_environ, startResponse) => {
    startResponse('204 No Content', [])
    return []
  }
  const { picture } = await record(compose(proxyFix())(dispatcher(app, { '/a': app })), {
    path: '/a/b',
  })
  const layers = allLayers(picture.top).map(({ layer }) => layer)
  expect(layers.map(nameOf)).toEqual(['proxyFix', 'dispatcher', 'app'])
  expect(layers.map(({ place }) => place !== '')).toEqual([false, false, true])
})

const source = `import x from 'y'

export const withHeader =
  (name: string): Middleware =>
  (app) => here

class App {
  one(): void {}

  get wsgiApp() {
    if (a) {
      return here
    }
  }
}

export default async function main() { here }

app.use(
  here,
)`.split('\n')

test.for([
  [5, 'withHeader'],
  [8, 'App › one'],
  [12, 'App › wsgiApp'],
  [17, 'main'],
  [20, ''],
  [1, ''],
] as const)('line %i belongs to %j', ([row, declared]) => {
  expect(declaredAt(source, row)).toBe(declared)
})

test('an anonymous layer is named after the function that returned it', async () => {
  const { picture } = await record(createApp(), { path: '/' })
  const names = allLayers(picture.top).map(({ layer }) => nameOf(layer))
  expect(names).toEqual(['withHeader', 'limitBody', 'headAsGet', 'createApp'])
})

test('an object whose application consists of layers is named by its own name alone', async () => {
  class Site {
    wsgiApp = compose(proxyFix())((_environ, startResponse) => {
      startResponse('204 No Content', [])
      return []
    })
  }
  const { picture } = await record(new Site())
  expect(picture.top && nameOf(picture.top)).toBe('Site')
})

test('the place of a layer is in the function that was called, not in one that it calls', async () => {
  const helper = (startResponse: Parameters<Application>[1]): void => {
    startResponse('204 No Content', [])
  }
  const { picture } = await record(async (_environ, startResponse) => {
    await Promise.resolve()
    helper(startResponse)
    return []
  })
  expect(picture.top?.place).toMatch(/^place\.test\.ts:\d+$/)
})

test('a host without files supplies the sources and rewrites stack traces', async () => {
  const app: Application = (_environ, startResponse) => {
    startResponse('204 No Content', [])
    return []
  }
  const { picture } = await record(
    app,
    {},
    {
      read: (file) => (file === 'file:///shop/tea.ts' ? 'const brew =\n  (app) =>\n  hot' : ''),
      rewriteStack: (stack) =>
        stack.replaceAll(/[^\s(]*place\.test\.ts:\d+/g, 'file:///shop/tea.ts:3'),
    },
  )
  expect(picture.top).toMatchObject({ place: 'tea.ts:3', declared: 'brew' })
})
