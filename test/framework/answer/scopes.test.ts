import { call } from '@phial/core'
import {
  afterThisRequest,
  Blueprint,
  currentApp,
  g,
  type Phial,
  request,
  type RequestContext,
  Response,
} from 'phial'
import { expect, test } from 'vitest'
import { make } from '../support.ts'

/** Interleaves requests: those that wait resume once all active requests wait. */
class Turns {
  readonly #working = new Set<string>()
  #waiting: (() => void)[] = []

  begin(name: string): void {
    this.#working.add(name)
  }

  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#next()
    })
  }

  end(name: string): void {
    this.#working.delete(name)
    this.#next()
  }

  #next(): void {
    if (this.#waiting.length < this.#working.size) return
    const all = this.#waiting
    this.#waiting = []
    for (const go of all) go()
  }
}

/** Registers hooks of every kind. Each waits for its turn and then checks its context. */
function watch(
  scaffold: Phial | Blueprint,
  name: string,
  look: (what: string, context: RequestContext) => Promise<void>,
): void {
  scaffold.beforeRequest((context) => look(`before ${name}`, context))
  scaffold.afterRequest((_, context) => look(`after ${name}`, context))
  scaffold.teardownRequest((_, context) => look(`teardown ${name}`, context))
}

/** An app with two nested blueprints that records for each request what ran, in order. */
function interleaved(): {
  app: Phial
  turns: Turns
  seen: Map<string, string[]>
  order: string[]
} {
  const app = make()
  const turns = new Turns()
  const seen = new Map<string, string[]>()
  const order: string[] = []
  const look = async (what: string, context: RequestContext): Promise<void> => {
    const id = String(context.request.args.get('id'))
    await turns.turn()
    const here = [request.args.get('id'), g['id'] ?? id, currentApp.rootPath]
    expect(here).toEqual([id, id, app.rootPath])
    order.push(id)
    seen.set(id, [...(seen.get(id) ?? []), what])
  }
  app.beforeRequest(() => {
    g['id'] = request.args.get('id')
  })
  const outer = new Blueprint('outer', import.meta.url, { urlPrefix: '/outer' })
  const inner = new Blueprint('inner', import.meta.url, { urlPrefix: '/inner' })
  for (const [name, scaffold] of Object.entries({ app, outer, inner })) {
    watch(scaffold, name, look)
    scaffold.get('/view', async (_values, context) => {
      afterThisRequest(() => look('after this', context))
      await look(`view ${name}`, context)
      return (async function* stream() {
        await look('chunk', context)
        yield request.path
      })()
    })
    scaffold.get('/fail', async (_values, context) => {
      await look(`view ${name}`, context)
      throw new RangeError(name)
    })
    scaffold.errorHandler(RangeError, async (error, context) => {
      await look(`handler ${error.message}`, context)
      return new Response(request.path)
    })
  }
  app.teardownAppContext(async () => {
    const id = String(g['id'])
    await look('teardown app context', app.testRequestContext(`/?id=${id}`))
    turns.end(id)
  })
  outer.registerBlueprint(inner)
  app.registerBlueprint(outer)
  return { app, turns, seen, order }
}

/** What runs for a request of nested scaffolds, given with the app first. */
function expected(inside: string[], isFailing: boolean): string[] {
  const outside = inside.toReversed()
  const last = String(inside.at(-1))
  return [
    ...inside.map((name) => `before ${name}`),
    `view ${last}`,
    ...(isFailing ? [`handler ${last}`] : ['after this']),
    ...outside.map((name) => `after ${name}`),
    ...(isFailing ? [] : ['chunk']),
    ...outside.map((name) => `teardown ${name}`),
    'teardown app context',
  ]
}

test('separates the state of requests that are interleaved at every await, across blueprints', async () => {
  const { app, turns, seen, order } = interleaved()
  const places = {
    '/': ['app'],
    '/outer/': ['app', 'outer'],
    '/outer/inner/': ['app', 'outer', 'inner'],
  }
  const asked = Object.entries(places).flatMap(([prefix, inside]) =>
    ['view', 'fail', 'view'].map((what, index) => ({
      id: `${prefix}${what}${index}`,
      path: `${prefix}${what}`,
      calls: expected(inside, what === 'fail'),
    })),
  )
  for (const { id } of asked) turns.begin(id)
  const answers = await Promise.all(asked.map(({ id, path }) => call(app, { path, query: { id } })))
  for (const [index, { id, path, calls }] of asked.entries()) {
    expect(answers[index]?.text()).toBe(path)
    expect(seen.get(id)).toEqual(calls)
  }
  for (const turn of [0, 1, 2, 3]) {
    const each = order.slice(turn * asked.length, (turn + 1) * asked.length)
    expect(new Set(each).size).toBe(asked.length)
  }
})
