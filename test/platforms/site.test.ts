import type { ClientAnswer } from '@phial/core/conformance'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { partsThatDiffer } from './compare.ts'
import { differences } from './differences.ts'
import { hasPrograms } from './binaries.ts'
import { isRuntime, type Platform, platforms } from './platforms.ts'
import { requests } from './requests.ts'
import { build, SECRET, type Served, sites } from './site.ts'

let node: Served
const expected = new Map<string, ClientAnswer>()

beforeAll(async () => {
  vi.stubEnv('PHIAL_SECRET_KEY', SECRET) // for the Lambda handler, which runs in this process
  await build()
  node = await sites.Node()
  for (const request of requests) {
    // oxlint-disable-next-line no-await-in-loop -- sequentially
    expected.set(request.name, await node.client(request))
  }
})

afterAll(async () => {
  vi.unstubAllEnvs()
  await node[Symbol.asyncDispose]()
})

test('phial-server on Node responds completely to every request, and names are unique', () => {
  expect(expected.size).toBe(requests.length)
  for (const [name, { complete }] of expected) expect(complete, name).toBe(true)
})

const isHere = (platform: Platform): boolean => hasPrograms || !isRuntime(platform)

describe.each(platforms.filter(isHere))('%s', (platform) => {
  let site: Served
  beforeAll(async () => {
    site = await sites[platform]()
  })
  afterAll(() => site[Symbol.asyncDispose]())

  const known = differences.filter(({ on }) => on.includes(platform))
  const everywhere = known.filter((one) => one.requests === 'all').flatMap(({ parts }) => parts)

  test.each(requests)(
    '$name: the response is that of Node, except for the documented differences',
    async (request) => {
      const answer = await site.client(request)
      const parts = partsThatDiffer(expected.get(request.name) ?? answer, answer)
      const documented = known.flatMap((one) =>
        one.requests.includes(request.name) ? one.parts : [],
      )
      expect(parts.filter((part) => !everywhere.includes(part))).toEqual(
        [...new Set(documented)]
          .filter((part) => !everywhere.includes(part))
          .toSorted(byPlace(parts)),
      )
    },
  )
})

/** Compares by the order in which the parts were found. */
const byPlace =
  (found: readonly string[]) =>
  (one: string, other: string): number =>
    found.indexOf(one) - found.indexOf(other)

test.each(differences.flatMap((one) => (one.requests === 'all' ? [] : one.requests)))(
  'the documented request is among the tested ones: %s',
  (name) => {
    expect(expected.has(name)).toBe(true)
  },
)
