import {
  call,
  errorStream,
  inputStream,
  setupTestingDefaults,
  validator,
  type Environ,
  type InputStream,
} from '@phial/core'
import { describe, expect, test } from 'vitest'
import { bytes, textOf } from '../support/bytes.ts'
import { ok } from '../support/drive.ts'

/** Returns the environ that an application receives under the validator. */
function watched(given: Record<string, unknown> = {}): Environ {
  let seen: Environ | undefined
  void validator((environ, startResponse) => {
    seen = environ
    ok(startResponse)
    return []
  })(setupTestingDefaults(given), () => () => undefined)
  if (seen === undefined) throw new Error('The application was not called')
  return seen
}

const inputOf = (...chunks: string[]): InputStream =>
  watched({ 'wsgi.input': inputStream(chunks.map(bytes)) })['wsgi.input']

describe('wsgi.input', () => {
  test('reads in the same way as without the validator', async () => {
    const input = inputOf('one\ntwo\nthr', 'ee\nfour')
    expect(textOf(await input.read(2))).toBe('on')
    expect(textOf(await input.readline())).toBe('e\n')
    expect(textOf(await input.readline(2))).toBe('tw')
    expect((await input.readlines(2)).map((line) => textOf(line))).toEqual(['o\n'])
    for await (const chunk of input) {
      expect(textOf(chunk)).toBe('thr')
      break
    }
    expect(textOf(await input.read(-1))).toBe('ee\nfour')
    expect(textOf(await input.read())).toBe('')
  })

  test.each([
    ['text', ['5']],
    ['a fraction', [1.5]],
    ['a number below -1', [-2]],
    ['null', [null]],
    ['two numbers', [1, 2]],
  ])('rejects %s as an argument', async (_what, args) => {
    const input = inputOf('one')
    for (const method of ['read', 'readline', 'readlines'] as const) {
      const reading = (input[method] as (...args: unknown[]) => Promise<unknown>)(...args)
      // oxlint-disable-next-line no-await-in-loop -- sequentially
      await expect(reading).rejects.toThrow(new RegExp(`^APP-11: wsgi\\.input\\.${method} `))
    }
    expect(textOf(await input.read())).toBe('one')
  })

  const wrong = (answer: unknown): InputStream =>
    watched({
      'wsgi.input': {
        read: async () => answer,
        readline: async () => answer,
        readlines: async () => answer,
        async *[Symbol.asyncIterator]() {
          yield answer
        },
      },
    })['wsgi.input']

  test('rejects results that are not bytes, or more than requested', async () => {
    await expect(wrong('text').read()).rejects.toThrow(
      /^SRV-4: wsgi\.input\.read returned a string/,
    )
    await expect(wrong(bytes('long')).read(3)).rejects.toThrow(
      /^SRV-4: .*read\(3\) returned 4 bytes/,
    )
    await expect(wrong(bytes('long')).readline(3)).rejects.toThrow(/^SRV-4: .*readline\(3\)/)
    await expect(wrong([bytes('a'), 'b']).readlines()).rejects.toThrow(/^SRV-4: .*readlines/)
    await expect(wrong('text')[Symbol.asyncIterator]().next()).rejects.toThrow(/^SRV-4: .*next/)
    expect(await wrong(bytes('long')).read(-1)).toEqual(bytes('long'))
  })

  test('passes its error on', async () => {
    const broken = new Error('the request was cut off')
    const input = watched({
      'wsgi.input': inputStream(
        (function* source() {
          yield bytes('one')
          throw broken
        })(),
      ),
    })['wsgi.input']
    await expect(input.read()).rejects.toBe(broken)
  })
})

describe('wsgi.errors', () => {
  const logging = (): { environ: Environ; log: string[] } => {
    const log: string[] = []
    const errors = { ...errorStream((text) => log.push(text)), flush: () => log.push('<flushed>') }
    return { environ: watched({ 'wsgi.errors': errors }), log }
  }

  test('accepts text, lines and flush', () => {
    const { environ, log } = logging()
    environ['wsgi.errors'].write('one')
    environ['wsgi.errors'].writelines(new Set(['two', 'three']))
    environ['wsgi.errors'].flush()
    expect(log).toEqual(['one', 'two', 'three', '<flushed>'])
  })

  test('rejects anything but text', () => {
    const { environ, log } = logging()
    const { write, writelines } = environ['wsgi.errors']
    for (const value of [bytes('one'), new Error('broken'), undefined, 1]) {
      expect(() => write(value as unknown as string)).toThrow(/^APP-12: wsgi\.errors\.write /)
      expect(() => writelines([value as unknown as string])).toThrow(/^APP-12: .*writelines /)
    }
    expect(log).toEqual([])
  })
})

test('two nested validators preserve the request body', async () => {
  const app = validator(
    validator(async (environ, startResponse) => {
      const body = await environ['wsgi.input'].read()
      ok(startResponse)
      return [body]
    }),
  )
  expect((await call(app, { method: 'POST', body: 'grün' })).text()).toBe('grün')
})
