import { createHook } from 'node:async_hooks'
import { type ChunkReader, emptyInput, inputStream, type InputStream } from '@phial/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deferred } from '../support/deferred.ts'
import { inUse } from '../support/memory.ts'
import { turn } from '../support/turn.ts'
import { bytes, textOf } from './support/bytes.ts'

/** A port of the part of Python's `BytesIO` that PEP 3333 uses, over a text with one byte per character. */
class Model {
  #rest: string

  constructor(content: string) {
    this.#rest = content
  }

  read(size = -1): string {
    return this.#take(size < 0 ? this.#rest.length : size)
  }

  readline(size = -1): string {
    const end = this.#rest.indexOf('\n') + 1 || this.#rest.length
    return this.#take(size < 0 ? end : Math.min(size, end))
  }

  readlines(hint = -1): string[] {
    const lines: string[] = []
    for (let line = this.readline(); line !== ''; line = this.readline()) {
      lines.push(line)
      if (hint > 0 && lines.join('').length >= hint) break
    }
    return lines
  }

  #take(length: number): string {
    const taken = this.#rest.slice(0, length)
    this.#rest = this.#rest.slice(length)
    return taken
  }
}

type Read = readonly ['read' | 'readline' | 'readlines', size?: number | undefined]

const chunks = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 6 }), {
  maxLength: 8,
})
const reads = fc.array(
  fc.tuple(
    fc.constantFrom<Read[0]>('read', 'readline', 'readlines'),
    fc.option(fc.integer({ min: -1, max: 9 }), { nil: undefined }),
  ),
  { maxLength: 8 },
)

async function* later(parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    // oxlint-disable-next-line no-await-in-loop -- sequentially
    await Promise.resolve()
    yield bytes(part)
  }
}

/** Returns every second chunk synchronously, and the others asynchronously. */
function mixed(parts: readonly string[]): ChunkReader {
  let at = 0
  return {
    next() {
      const part = parts[at]
      const step: IteratorResult<Uint8Array> =
        part === undefined ? { done: true, value: undefined } : { done: false, value: bytes(part) }
      return at++ % 2 === 0 ? step : Promise.resolve(step)
    },
  }
}

const ask = async (input: InputStream, [method, size]: Read): Promise<string | string[]> => {
  const answer = await (size === undefined ? input[method]() : input[method](size))
  return Array.isArray(answer) ? answer.map((line) => textOf(line)) : textOf(answer)
}

const askModel = (model: Model, [method, size]: Read): string | string[] => model[method](size)

describe.each([
  ['sync', (parts: readonly string[]) => parts.map(bytes)],
  ['async', later],
  ['alternating', mixed],
])('for any split into chunks, with a source that is %s', (_name, source) => {
  test('reads return the same bytes as from one buffer', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, reads, async (parts, reads) => {
        const input = inputStream(source(parts))
        const model = new Model(parts.join(''))
        for (const read of reads)
          // oxlint-disable-next-line no-await-in-loop -- sequentially
          expect(await ask(input, read)).toEqual(askModel(model, read))
        expect(await ask(input, ['read'])).toBe(model.read())
        expect(await ask(input, ['read'])).toBe('')
      }),
    )
  })

  test('concurrent reads are served in order', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, reads, async (parts, reads) => {
        const input = inputStream(source(parts))
        const model = new Model(parts.join(''))
        const answers = await Promise.all(reads.map((read) => ask(input, read)))
        expect(answers).toEqual(reads.map((read) => askModel(model, read)))
      }),
    )
  })

  test('a break out of an iteration leaves the rest readable', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, fc.nat(4), async (parts, count) => {
        const input = inputStream(source(parts))
        const whole = parts.filter((part) => part !== '')
        const seen: string[] = []
        for await (const chunk of input) {
          seen.push(textOf(chunk))
          if (seen.length > count) break
        }
        expect(seen).toEqual(whole.slice(0, count + 1))
        expect(textOf(await input.read())).toBe(whole.slice(count + 1).join(''))
      }),
    )
  })
})

describe('iteration', () => {
  test('yields chunks, not lines, and skips empty chunks', async () => {
    const seen: string[] = []
    for await (const chunk of inputStream(['one\ntwo\n', '', 'three'].map(bytes)))
      seen.push(textOf(chunk))
    expect(seen).toEqual(['one\ntwo\n', 'three'])
  })

  test('yields the rest of a partly read chunk', async () => {
    const input = inputStream([bytes('one\ntwo'), bytes('three')])
    expect(textOf(await input.readline())).toBe('one\n')
    const seen: string[] = []
    for await (const chunk of input) seen.push(textOf(chunk))
    expect(seen).toEqual(['two', 'three'])
  })
})

describe('a read', () => {
  test('does not request more chunks than it needs', async () => {
    let requested = 0
    const input = inputStream({
      *[Symbol.iterator]() {
        for (;;) {
          requested += 1
          yield bytes('1234')
        }
      },
    })
    expect(requested).toBe(0)
    expect((await input.read(0)).byteLength).toBe(0)
    expect(requested).toBe(0)
    expect(textOf(await input.read(6))).toBe('123412')
    expect(requested).toBe(2)
    expect(textOf(await input.read(2))).toBe('34')
    expect(requested).toBe(2)
  })

  test('of a number of bytes waits until all of them have arrived', async () => {
    const more = deferred()
    const input = inputStream(
      (async function* source() {
        yield bytes('12')
        await more.promise
        yield bytes('34')
      })(),
    )
    let answered = false
    const read = input.read(4).then((chunk) => {
      answered = true
      return textOf(chunk)
    })
    await turn()
    expect(answered).toBe(false)
    more.resolve()
    expect(await read).toBe('1234')
  })
})

describe('the number of promises of a read', () => {
  /** Counts the promises that a function creates before it returns. */
  function promisesOf(work: () => unknown): number {
    let count = 0
    const hook = createHook({ init: (_id, type) => void (count += type === 'PROMISE' ? 1 : 0) })
    hook.enable()
    work()
    hook.disable()
    return count
  }

  test.for<Read>([['read'], ['read', 2], ['readline']])(
    'is one if its bytes are available: %s',
    ([method, size]) => {
      const input = inputStream(mixed(['one\ntwo']))
      expect(promisesOf(() => input[method](size ?? 4))).toBe(1)
      expect(promisesOf(() => input[method](size ?? 3))).toBe(1)
    },
  )

  test('does not grow with the number of earlier reads', async () => {
    const input = inputStream(later(['one', 'two', 'three', 'four']))
    const first = promisesOf(() => input.read(3))
    await turn()
    expect(promisesOf(() => input.read(3))).toBeLessThanOrEqual(first)
    await turn()
    expect(promisesOf(() => input.read(5))).toBeLessThanOrEqual(first)
  })
})

describe('an error of the source', () => {
  const broken = new Error('the request broke off')
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield bytes('one\ntw')
    throw broken
  }

  test.for<Read>([['read'], ['read', 9], ['readlines']])('rejects %s', async (read) => {
    await expect(ask(inputStream(breaking()), read)).rejects.toBe(broken)
  })

  test('rejects an iteration', async () => {
    const seen: string[] = []
    const iterating = async (): Promise<void> => {
      for await (const chunk of inputStream(breaking())) seen.push(textOf(chunk))
    }
    await expect(iterating()).rejects.toBe(broken)
    expect(seen).toEqual(['one\ntw'])
  })

  test('leaves earlier bytes readable', async () => {
    const input = inputStream(breaking())
    expect(textOf(await input.readline())).toBe('one\n')
    expect(textOf(await input.read(2))).toBe('tw')
    await expect(input.read(1)).rejects.toBe(broken)
  })

  test('rejects every later read, so that a cut-off body never looks like a shorter one', async () => {
    for (const source of [
      breaking(),
      (function* source() {
        yield bytes('one')
        throw broken
      })(),
    ]) {
      const input = inputStream(source)
      for (const read of [['read'], ['read'], ['readline'], ['readlines'], ['read', 1]] as const)
        // oxlint-disable-next-line no-await-in-loop -- sequentially
        await expect(ask(input, read)).rejects.toBe(broken)
    }
  })

  test('rejects all pending reads', async () => {
    const input = inputStream(breaking())
    const settled = await Promise.allSettled([input.read(), input.read(), input.readline()])
    expect(settled).toEqual(
      Array.from({ length: 3 }, () => ({ status: 'rejected', reason: broken })),
    )
  })
})

test('emptyInput is at its end', async () => {
  const input = emptyInput()
  expect(await ask(input, ['read'])).toBe('')
  expect(await ask(input, ['readline'])).toBe('')
  expect(await ask(input, ['readlines'])).toEqual([])
  for await (const chunk of input) expect.unreachable(`received a chunk: ${textOf(chunk)}`)
})

describe('the memory of a read', () => {
  const COUNT = 400_000

  /** Measures the memory of a read before its last byte arrives, for different chunk sizes. */
  async function used(parts: () => Iterable<Uint8Array>): Promise<number> {
    const [started, last] = [deferred(), deferred()]
    async function* source(): AsyncGenerator<Uint8Array> {
      yield* parts()
      started.resolve()
      await last.promise
      yield bytes('.')
    }
    const before = inUse()
    const reading = inputStream(source()).read()
    await started.promise
    const during = inUse()
    last.resolve()
    expect((await reading).byteLength).toBe(COUNT + 1)
    return during - before
  }

  test('stays under 8 bytes per byte, even for small parts', async () => {
    const whole = await used(() => [new Uint8Array(COUNT)])
    const pieces = await used(function* pieces() {
      for (let at = 0; at < COUNT; at++) yield new Uint8Array(1)
    })
    expect(pieces - whole).toBeLessThan(8 * COUNT)
  })

  test('keeps small and large parts in order', async () => {
    const sizes = [1, 5000, 2, 3, 4095, 4096, 4097, 20_000, 1, 16_384, 1, 1]
    const parts = sizes.map((size, at) => bytes(String.fromCharCode(97 + at).repeat(size)))
    expect(textOf(await inputStream(parts).read())).toBe(textOf(...parts))
  })
})
