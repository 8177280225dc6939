import { compose, type Application, type Middleware } from '@phial/core'
import { record } from '@phial/xray'
import { expect, test } from 'vitest'
import { nameOf, story } from '../../packages/xray/src/steps.ts'
import { withHeader } from '../../examples/ladder/2-middleware/middleware.ts'

const hello: Application = (_environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  return [new TextEncoder().encode('Hello')]
}

test('what a layer only passes on is not told again; what it adds is', async () => {
  const passing: Middleware = (app) => app as Application
  const { picture } = await record(compose(passing, withHeader('X-A', 'b'))(hello))
  const top = picture.top
  expect(top && story(top).before).toEqual([])
  expect(top && story(top).after.map(({ kind }) => kind)).toEqual(['startResponse'])
  expect(top && nameOf(top)).toMatch(/^middleware\.ts:\d+$/)
})
