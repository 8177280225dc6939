import { compose, type Application, type Middleware } from '@phial/core'
import { record, type Layer } from '@phial/xray'
import { expect, test } from 'vitest'
import {
  allLayers,
  announcedInside,
  detailOf,
  isLayer,
  isPassing,
  nameOf,
  ownTime,
  stepsOf,
} from '../../packages/xray/src/steps.ts'
import { withHeader } from '../../examples/ladder/2-middleware/middleware.ts'

const hello: Application = (_environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  return [new TextEncoder().encode('Hello')]
}

const empty: Layer = {
  kind: 'application',
  name: '',
  place: '',
  declared: '',
  source: '',
  entered: 0,
  left: 0,
  work: [],
  busy: 0,
  changes: [],
  events: [],
  layers: [],
}

test('omits events that a layer only passes on, and keeps those that it adds', async () => {
  const passing: Middleware = (app) => app as Application
  const { picture } = await record(compose(passing, withHeader('X-A', 'b'))(hello))
  const top = picture.top
  const steps = top === undefined ? [] : stepsOf(top)
  expect(steps.map((step) => (isLayer(step) ? nameOf(step) : step.kind))).toEqual([
    'hello',
    'startResponse',
  ])
  expect(top && nameOf(top)).toBe('withHeader')
  const start = top?.events.find((event) => event.kind === 'startResponse')
  if (top === undefined || start === undefined) throw new Error('expected a call of startResponse')
  expect(announcedInside(start, top)).toEqual(['Content-Type,text/plain'])
  expect(announcedInside({ ...start, status: '500 Sorry' }, top)).toBeUndefined()
  expect(allLayers(top).map(({ depth }) => depth)).toEqual([0, 1])
})

test('distinguishes an error that passes through from one that is thrown in the layer', async () => {
  const broken: Application = () => {
    throw new Error('broken')
  }
  const { picture } = await record(compose(withHeader('X-A', 'b'))(broken))
  const [outer, inner] = allLayers(picture.top).map(({ layer }) => layer)
  const event = inner?.events.at(-1)
  if (!outer || !inner || !event) throw new Error('expected two layers')
  expect([isPassing(event, outer), isPassing(event, inner)]).toEqual([true, false])
})

test('the own time of a layer excludes the layers inside it', () => {
  const layer = (busy: number, layers: Layer[] = []): Layer => ({ ...empty, busy, layers })
  expect(ownTime(layer(5, [layer(1), layer(2)]))).toBe(2)
  expect(ownTime(layer(1, [layer(2)]))).toBe(0)
})

test.for([
  ['de', { text: 'de' }],
  [[{ a: 1, hit: true }], { rows: [{ hit: true, cells: [['a', '1']] }] }],
  [{ a: 1 }, { json: '{\n  "a": 1\n}' }],
  [[], { json: '[]' }],
] as const)('a remark %j', ([detail, read]) => {
  expect(detailOf(detail)).toEqual(read)
})

test.for([
  ['', '', '', 'a function without a name'],
  ['', 'a.ts:1', '', 'a.ts:1'],
  ['hello', 'a.ts:1', 'hello', 'hello'],
  ['', 'a.ts:1', 'withHeader', 'withHeader'],
  ['answer', 'a.ts:1', 'errorPage', 'errorPage › answer'],
  ['', 'a.ts:1', 'App › route', 'App › route'],
  ['wsgiApp', '', 'App › route', 'App › wsgiApp'],
] as const)('a layer %j at %j in %j is named %j', ([name, place, declared, called]) => {
  expect(nameOf({ ...empty, name, place, declared })).toBe(called)
})

test('an object is named by its class, even if its application is declared elsewhere', () => {
  expect(nameOf({ ...empty, name: 'Phial', declared: 'Trace' })).toBe('Phial')
  expect(nameOf({ ...empty, name: 'inner', declared: 'outer' })).toBe('outer › inner')
})
