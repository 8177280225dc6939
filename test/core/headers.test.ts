import { Headers, isHopByHop, type HeaderList } from '@phial/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { askPython, hasPython } from './support/python.ts'

type Step =
  | readonly ['set' | 'setDefault', name: string, value: string]
  | readonly ['delete' | 'get' | 'getAll' | 'has', name: string]
  | readonly [
      'addHeader',
      name: string,
      value: string | null,
      params: Record<string, string | null>,
    ]

interface Sequence {
  readonly list: HeaderList
  readonly steps: readonly Step[]
}

const name = fc.constantFrom('A', 'a', 'B', 'X-Long-Name', 'x-long-name', 'Set-Cookie')
const value = fc.string({ unit: fc.constantFrom('a', ' ', '"', '\\', ';', '=', 'é'), maxLength: 6 })
/** wsgiref omits the value of an empty parameter, so it is not included here: see the difference below. */
const params = fc.dictionary(
  fc.constantFrom('filename', 'max_age', 'a'),
  fc.option(
    value.filter((text) => text !== ''),
    { nil: null },
  ),
  { noNullPrototype: true },
)
const sequence: fc.Arbitrary<Sequence> = fc.record({
  list: fc.array(fc.tuple(name, value), { maxLength: 5 }),
  steps: fc.array(
    fc.oneof(
      fc.tuple(fc.constantFrom('set' as const, 'setDefault' as const), name, value),
      fc.tuple(
        fc.constantFrom('delete' as const, 'get' as const, 'getAll' as const, 'has' as const),
        name,
      ),
      fc.tuple(fc.constant('addHeader' as const), name, fc.option(value, { nil: null }), params),
    ),
    { maxLength: 6 },
  ),
})

const SCRIPT = `
from wsgiref.headers import Headers
answers = []
for sequence in given:
    list_ = [tuple(pair) for pair in sequence['list']]
    headers = Headers(list_)
    results = []
    for step, name, *rest in sequence['steps']:
        if step == 'set': headers[name] = rest[0]
        elif step == 'setDefault': results.append(headers.setdefault(name, rest[0]))
        elif step == 'delete': del headers[name]
        elif step == 'get': results.append(headers.get(name))
        elif step == 'getAll': results.append(headers.get_all(name))
        elif step == 'has': results.append(name in headers)
        elif step == 'addHeader': headers.add_header(name, rest[0], **rest[1])
    answers.append({'list': list_, 'results': results, 'text': str(headers), 'size': len(headers),
        'keys': headers.keys(), 'values': headers.values(), 'items': headers.items()})
`

function apply(headers: Headers, step: Step, results: unknown[]): void {
  const [what, name] = step
  if (what === 'addHeader') headers.addHeader(name, step[2], step[3])
  else if (what === 'set') headers.set(name, step[2])
  else if (what === 'delete') headers.delete(name)
  else if (what === 'setDefault') results.push(headers.setDefault(name, step[2]))
  else if (what === 'get') results.push(headers.get(name) ?? null)
  else results.push(headers[what](name))
}

function run({ list, steps }: Sequence): unknown {
  const own: HeaderList = list.map(([name, value]) => [name, value])
  const headers = new Headers(own)
  const results: unknown[] = []
  for (const step of steps) apply(headers, step, results)
  return {
    list: own,
    results,
    text: String(headers),
    size: headers.size,
    keys: headers.keys(),
    values: headers.values(),
    items: headers.items(),
  }
}

describe.skipIf(!hasPython)('like wsgiref.headers', () => {
  test('reads, changes and formats a list in the same way', () => {
    const sequences = fc.sample(sequence, { numRuns: 500, seed: 3333 })
    const theirs = askPython(SCRIPT, sequences) as unknown[]
    for (const [at, one] of sequences.entries())
      expect(run(one), JSON.stringify(one)).toEqual(theirs[at])
  })

  test('differs for an empty parameter, which keeps its empty value', () => {
    const one: Sequence = { list: [], steps: [['addHeader', 'A', 'b', { filename: '' }]] }
    expect(run(one)).toMatchObject({ list: [['A', 'b; filename=""']] })
    expect(askPython(SCRIPT, [one])).toMatchObject([{ list: [['A', 'b; filename']] }])
  })

  test('isHopByHop accepts the same names and two more', () => {
    const names = ['Connection', 'Keep-Alive', 'Proxy-Authenticate', 'Proxy-Authorization', 'TE',
      'Trailers', 'Transfer-Encoding', 'Upgrade', 'Content-Type', 'Content-Length', 'Date', 'Host', 'constructor'] // prettier-ignore
    const theirs = askPython(
      'from wsgiref.util import is_hop_by_hop\nanswers = [is_hop_by_hop(name) for name in given]',
      names,
    )
    expect(names.map((name) => isHopByHop(name))).toEqual(theirs)
    expect(['Trailer', 'Proxy-Connection'].map((name) => isHopByHop(name))).toEqual([true, true])
  })
})

test('modifies the list in place, so that it can be passed on', () => {
  const list: HeaderList = [['Content-Type', 'text/plain']]
  const headers = new Headers(list)
  headers.addHeader('content-disposition', 'attachment', { filename: 'bud".gif', max_size: null })
  headers.set('content-type', 'text/html')
  expect(list).toEqual([
    ['content-disposition', String.raw`attachment; filename="bud\".gif"; max-size`],
    ['content-type', 'text/html'],
  ])
})

test('get returns the fallback or undefined for a missing name', () => {
  const headers = new Headers([['A', '']])
  expect(headers.get('a', 'fallback')).toBe('')
  expect(headers.get('b')).toBeUndefined()
  expect(headers.get('b', 'fallback')).toBe('fallback')
  expect(headers.get('b', null)).toBeNull()
})

test('starts empty, and iterates in order, repeats included', () => {
  const headers = new Headers()
  expect(String(headers)).toBe('\r\n')
  headers.addHeader('Set-Cookie', 'a=1')
  headers.addHeader('Set-Cookie', 'b=2')
  expect([...headers]).toEqual([
    ['Set-Cookie', 'a=1'],
    ['Set-Cookie', 'b=2'],
  ])
  expect(String(headers)).toBe('Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n')
})

test('items returns a copy', () => {
  const headers = new Headers([['A', 'b']])
  for (const pair of headers.items()) pair[1] = 'changed'
  headers.items().pop()
  expect(headers.getAll('a')).toEqual(['b'])
})

test('append and getSetCookie work as in the Fetch standard', () => {
  const list: HeaderList = []
  const headers = new Headers(list)
  headers.append('Set-Cookie', 'a=1')
  headers.append('set-cookie', 'b=2')
  expect(headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  expect(list).toEqual([
    ['Set-Cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ])
})
