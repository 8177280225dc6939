/**
 * The cost of a lookup with 10 to 10,000 routes, compared with other routers.
 *
 *     pnpm bench routing [part of a router's name]
 *
 * For each lookup, the path is cut out of a longer text, as a server cuts it out of a request's target, so its hash is not
 * cached yet. The first row measures only this cut.
 */
import findMyWay from 'find-my-way'
import type { Result } from 'hono/router'
import { RegExpRouter } from 'hono/router/reg-exp-router'
import { TrieRouter } from 'hono/router/trie-router'
import { match as compile } from 'path-to-regexp'
import { Router } from 'phial'
import { addRoute, createRouter, findRoute } from 'rou3'
import { Bench } from 'tinybench'

/** Looks up a path, and reads its first param. */
type Find = (path: string) => unknown
type Make = (routes: readonly string[]) => Find

const NOTHING = 'only the slicing'

const routers: Record<string, Make> = {
  [NOTHING]: () => (path) => path,
  Phial(routes) {
    const router = new Router<number>()
    for (const [index, route] of routes.entries()) router.add(route, index)
    return (path) => {
      const match = router.match('GET', path)
      return match.kind === 'found' ? match.values : undefined
    }
  },
  'find-my-way'(routes) {
    const router = findMyWay()
    for (const route of routes) router.on('GET', route, () => undefined)
    return (path) => router.find('GET', path)?.params
  },
  rou3(routes) {
    const router = createRouter<number>()
    for (const [index, route] of routes.entries()) addRoute(router, 'GET', route, index)
    return (path) => {
      const found = findRoute(router, 'GET', path)
      return found && (found.params ?? {})
    }
  },
  'Hono RegExpRouter'(routes) {
    const router = new RegExpRouter<number>()
    for (const [index, route] of routes.entries()) router.add('GET', route, index)
    return (path) => readHono(router.match('GET', path))
  },
  'Hono TrieRouter'(routes) {
    const router = new TrieRouter<number>()
    for (const [index, route] of routes.entries()) router.add('GET', route, index)
    return (path) => readHono(router.match('GET', path))
  },
  'path-to-regexp'(routes) {
    const matchers = routes.map((route) => compile(route, { decode: false }))
    return (path) => {
      for (const matcher of matchers) {
        const found = matcher(path)
        if (found !== false) return found.params
      }
      return undefined
    }
  },
}

/** Hono returns the indexes of the params, so reading them is a part of the lookup. */
type HonoResult = Result<number>

function readHono([[first], stash]: HonoResult): unknown {
  if (first === undefined) return undefined
  if (stash === undefined) return first[1]
  const values: Record<string, unknown> = {}
  for (const [name, index] of Object.entries(first[1])) values[name] = stash[Number(index)]
  return values
}

/** Half of the routes have params, as in an API of many resources. */
function routesOf(count: number): string[] {
  const routes = []
  for (let index = 0; routes.length < count; index += 1) {
    const base = `/api/v1/resource${index}`
    routes.push(base, `${base}/recent`, `${base}/items/:id`, `${base}/items/:id/notes/:note`)
  }
  return routes.slice(0, count)
}

/** Paths for the lookups, spread over the whole table. */
const questions: Record<string, (resource: number) => string> = {
  static: (resource) => `/api/v1/resource${resource}/recent`,
  'one param': (resource) => `/api/v1/resource${resource}/items/12345`,
  'two params': (resource) => `/api/v1/resource${resource}/items/12345/notes/678`,
  'a miss, late': (resource) => `/api/v1/resource${resource}/items/12345/nothing`,
  'a miss, early': (resource) => `/nothing/of/the/kind/resource${resource}`,
}

const COUNTS = [10, 100, 1000, 10_000]
const BATCH = 64

/** Request targets with the paths of `question`. */
function targetsOf(question: (resource: number) => string, count: number): string[] {
  const resources = Math.floor(count / 4)
  return Array.from({ length: BATCH }, (_, index) => {
    const resource = Math.floor((index * resources) / BATCH)
    return `${question(resource)}?page=${index}`
  })
}

let kept: unknown
const wanted = process.argv[2] ?? ''
const names = Object.keys(routers).filter((name) => name.includes(wanted))
console.log(`node ${process.version}; nanoseconds for each lookup, median`)
for (const [question, path] of Object.entries(questions)) {
  console.log(`\n${question.padEnd(20)}${COUNTS.map((count) => `${count}`.padStart(10)).join('')}`)
  const table = new Map<string, string>(names.map((name) => [name, '']))
  for (const count of COUNTS) {
    const targets = targetsOf(path, count)
    const isMiss = question.startsWith('a miss')
    const bench = new Bench({ time: 150, warmupTime: 50 })
    for (const name of names) {
      const find = routers[name]?.(routesOf(count))
      if (find === undefined) continue
      const isFound = find(path(0)) !== undefined
      if (isFound === isMiss && name !== NOTHING) throw new Error(`${name} errs about ${path(0)}`)
      bench.add(name, () => {
        for (const target of targets) kept = find(target.slice(0, target.indexOf('?')))
      })
    }
    // oxlint-disable-next-line no-await-in-loop -- one after another, so that none disturbs another
    await bench.run()
    for (const { name, result } of bench.tasks) {
      const median = 'latency' in result ? (result.latency.p50 * 1e6) / BATCH : Number.NaN
      table.set(name, (table.get(name) ?? '') + median.toFixed(0).padStart(10))
    }
  }
  for (const [name, row] of table) console.log(name.padEnd(20) + row)
}
// So that no lookup is optimised away.
if (kept === routers) throw new Error('A router found all routers.')
