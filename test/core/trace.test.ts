import { call, traced, type Application, type LayerTrace } from '@phial/core'
import { expect, test } from 'vitest'

const hello: Application = (_environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  return [new TextEncoder().encode('Hello')]
}

function listener(): { names: string[]; trace: LayerTrace } {
  const names: string[] = []
  const trace: LayerTrace = {
    call: (name, app, environ, startResponse) => {
      names.push(name)
      return app(environ, startResponse)
    },
    span: (_name, work) => work(),
    note: () => undefined,
  }
  return { names, trace }
}

test('a traced application reports its name if the environ has a trace', async () => {
  const { names, trace } = listener()
  const app: Application = (environ, startResponse) =>
    traced(hello, 'the site')(environ, startResponse)
  expect((await call(app)).text()).toBe('Hello')
  await call((environ, startResponse) => app({ ...environ, 'phial.trace': trace }, startResponse))
  expect(names).toEqual(['the site'])
})

test('the name defaults to that of the function', async () => {
  const { names, trace } = listener()
  await call((environ, startResponse) =>
    traced(hello)({ ...environ, 'phial.trace': trace }, startResponse),
  )
  expect(names).toEqual(['hello'])
})
