import { createHook } from 'node:async_hooks'
import { type ChunkReader, emptyInput, inputStream, type InputStream } from '@phial/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deferred } from '../support/deferred.ts'
import { inUse } from '../support/memory.ts'
import { turn } from '../support/turn.ts'
import { bytes, textOf } from './support/bytes.ts'

/** Python's `BytesIO`, as far as PEP 3333 uses it, over text of one byte a character. */
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
    // oxlint-disable-next-line no-await-in-loop -- chunk after chunk
    await Promise.resolve()
    yield bytes(part)
  }
}

/** Has every second chunk at once, and the others later. */
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
  ['both, by turns', mixed],
])('however a body is cut into chunks, from a source that is %s', (_name, source) => {
  test('reads give what they would give of one buffer', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, reads, async (parts, reads) => {
        const input = inputStream(source(parts))
        const model = new Model(parts.join(''))
        for (const read of reads)
          // oxlint-disable-next-line no-await-in-loop -- read after read
          expect(await ask(input, read)).toEqual(askModel(model, read))
        expect(await ask(input, ['read'])).toBe(model.read())
        expect(await ask(input, ['read'])).toBe('')
      }),
    )
  })

  test('reads that do not wait for each other are answered in their order', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, reads, async (parts, reads) => {
        const input = inputStream(source(parts))
        const model = new Model(parts.join(''))
        const answers = await Promise.all(reads.map((read) => ask(input, read)))
        expect(answers).toEqual(reads.map((read) => askModel(model, read)))
      }),
    )
  })

  test('an iteration that is broken off leaves the rest to be read', async () => {
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
  test('goes by chunks, not by lines, and leaves out empty ones', async () => {
    const seen: string[] = []
    for await (const chunk of inputStream(['one\ntwo\n', '', 'three'].map(bytes)))
      seen.push(textOf(chunk))
    expect(seen).toEqual(['one\ntwo\n', 'three'])
  })

  test('gives the rest of a chunk that a read has begun', async () => {
    const input = inputStream([bytes('one\ntwo'), bytes('three')])
    expect(textOf(await input.readline())).toBe('one\n')
    const seen: string[] = []
    for await (const chunk of input) seen.push(textOf(chunk))
    expect(seen).toEqual(['two', 'three'])
  })
})

describe('a read', () => {
  test('does not ask the source for more than it needs', async () => {
    let asked = 0
    const input = inputStream({
      *[Symbol.iterator]() {
        for (;;) {
          asked += 1
          yield bytes('1234')
        }
      },
    })
    expect(asked).toBe(0)
    expect((await input.read(0)).byteLength).toBe(0)
    expect(asked).toBe(0)
    expect(textOf(await input.read(6))).toBe('123412')
    expect(asked).toBe(2)
    expect(textOf(await input.read(2))).toBe('34')
    expect(asked).toBe(2)
  })

  test('of so many bytes waits until they are all there', async () => {
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

describe('the promises of a read', () => {
  /** How many promises a piece of work makes before it returns. */
  function promisesOf(work: () => unknown): number {
    let count = 0
    const hook = createHook({ init: (_id, type) => void (count += type === 'PROMISE' ? 1 : 0) })
    hook.enable()
    work()
    hook.disable()
    return count
  }

  test.for<Read>([['read'], ['read', 2], ['readline']])(
    'one, if its bytes have come: %s',
    ([method, size]) => {
      const input = inputStream(mixed(['one\ntwo']))
      expect(promisesOf(() => input[method](size ?? 4))).toBe(1)
      expect(promisesOf(() => input[method](size ?? 3))).toBe(1)
    },
  )

  test('do not grow by those of the reads before it', async () => {
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

  test.for<Read>([['read'], ['read', 9], ['readlines']])('is that of %s', async (read) => {
    await expect(ask(inputStream(breaking()), read)).rejects.toBe(broken)
  })

  test('is that of an iteration', async () => {
    const seen: string[] = []
    const iterating = async (): Promise<void> => {
      for await (const chunk of inputStream(breaking())) seen.push(textOf(chunk))
    }
    await expect(iterating()).rejects.toBe(broken)
    expect(seen).toEqual(['one\ntw'])
  })

  test('leaves what came before it to be read', async () => {
    const input = inputStream(breaking())
    expect(textOf(await input.readline())).toBe('one\n')
    expect(textOf(await input.read(2))).toBe('tw')
    await expect(input.read(1)).rejects.toBe(broken)
  })

  test('is that of every later read: a broken body is never a short one', async () => {
    for (const source of [
      breaking(),
      (function* source() {
        yield bytes('one')
        throw broken
      })(),
    ]) {
      const input = inputStream(source)
      for (const read of [['read'], ['read'], ['readline'], ['readlines'], ['read', 1]] as const)
        // oxlint-disable-next-line no-await-in-loop -- read after read
        await expect(ask(input, read)).rejects.toBe(broken)
    }
  })

  test('is every waiting read’s', async () => {
    const input = inputStream(breaking())
    const settled = await Promise.allSettled([input.read(), input.read(), input.readline()])
    expect(settled).toEqual(
      Array.from({ length: 3 }, () => ({ status: 'rejected', reason: broken })),
    )
  })
})

test('a request without a body has an input that is at its end', async () => {
  const input = emptyInput()
  expect(await ask(input, ['read'])).toBe('')
  expect(await ask(input, ['readline'])).toBe('')
  expect(await ask(input, ['readlines'])).toEqual([])
  for await (const chunk of input) expect.unreachable(`a chunk came: ${textOf(chunk)}`)
})

describe('the memory of a read', () => {
  const COUNT = 400_000

  /** What a read of so many bytes has in use before its last byte comes, by how the others came. */
  async function used(parts: () => Iterable<Uint8Array>): Promise<number> {
    const [asked, last] = [deferred(), deferred()]
    async function* source(): AsyncGenerator<Uint8Array> {
      yield* parts()
      asked.resolve()
      await last.promise
      yield bytes('.')
    }
    const before = inUse()
    const reading = inputStream(source()).read()
    await asked.promise
    const during = inUse()
    last.resolve()
    expect((await reading).byteLength).toBe(COUNT + 1)
    return during - before
  }

  test('stays under 8 bytes for each byte, however small the parts are', async () => {
    const whole = await used(() => [new Uint8Array(COUNT)])
    const pieces = await used(function* pieces() {
      for (let at = 0; at < COUNT; at++) yield new Uint8Array(1)
    })
    expect(pieces - whole).toBeLessThan(8 * COUNT)
  })

  test('small and large parts keep their order', async () => {
    const sizes = [1, 5000, 2, 3, 4095, 4096, 4097, 20_000, 1, 16_384, 1, 1]
    const parts = sizes.map((size, at) => bytes(String.fromCharCode(97 + at).repeat(size)))
    expect(textOf(await inputStream(parts).read())).toBe(textOf(...parts))
  })
})
