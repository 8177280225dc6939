/** Cases for how a server sends a response. */
import type { Application, Body } from '../types.ts'
import type { ClientAnswer, ServerCase } from './case.ts'
import { bytes, differs, header, ok, TEXT, Witness } from './support.ts'

/** Returns an application that responds with `200 OK` and a body. */
const plain =
  (make: () => Body, ...headers: [string, string][]): (() => Application) =>
  () =>
  (_environ, startResponse) => {
    ok(startResponse, ...headers)
    return make()
  }

const complete = (answer: ClientAnswer, body: string): string | undefined =>
  answer.complete ? differs('the body', answer.body, body) : 'the response was cut off'

/** Reports whether a response is an error page or incomplete. Both are valid after a wrong `Content-Length`. */
const isRejected = ({ status, complete }: ClientAnswer): boolean =>
  status.startsWith('500') || !complete

export const responseCases: readonly ServerCase[] = [
  {
    rule: 'SRV-8',
    name: 'sends a chunk before it requests the next one',
    app: () =>
      async function* answer(environ, startResponse) {
        ok(startResponse)
        yield bytes('one ')
        yield await environ['wsgi.input'].read()
      },
    check: async (client) =>
      complete(await client({ method: 'POST', bodyLater: 'two' }), 'one two'),
  },
  {
    rule: 'SRV-9',
    name: 'lets excInfo replace the response before the first bytes',
    app: () =>
      function* answer(_environ, startResponse) {
        ok(startResponse, ['X-First', 'yes'])
        yield bytes('')
        startResponse('503 Later', [[...TEXT]], new Error('not now'))
        yield bytes('sorry')
      },
    check: async (client) => {
      const answer = await client({})
      if (header(answer, 'x-first') !== undefined)
        return 'the headers of the first response were sent'
      return answer.status.startsWith('503')
        ? complete(answer, 'sorry')
        : `the status was ${answer.status}`
    },
  },
  {
    rule: 'SRV-10',
    name: 'rethrows excInfo after the first bytes, and aborts the response',
    app: () => {
      const witness = new Witness()
      return witness.watch(function* answer(_environ, startResponse) {
        ok(startResponse)
        yield bytes('one')
        const error = new Error('too late')
        try {
          startResponse('500 Oops', [[...TEXT]], error)
        } catch (thrown) {
          witness.note(thrown === error ? 'rethrown' : 'another-error')
          throw thrown
        }
      })
    },
    check: async (client) => {
      const answer = await client({})
      if (answer.complete) return `the response looked complete: ${JSON.stringify(answer.body)}`
      return differs(
        'what startResponse threw',
        (await client({ target: '/seen?rethrown' })).body,
        'rethrown',
      )
    },
  },
  {
    rule: 'SRV-11',
    name: 'responds to an error with 500, without its details',
    app: () => () => {
      throw new Error('a secret detail')
    },
    check: async (client) => {
      const answer = await client({})
      if (!answer.status.startsWith('500')) return `the status was ${answer.status}`
      return answer.body.includes('secret') ? 'the message of the error was sent' : undefined
    },
  },
  {
    rule: 'SRV-11',
    name: 'responds to a rejected promise with 500',
    app: () => () => Promise.reject(new Error('a secret detail')),
    check: async (client) => {
      const { status } = await client({})
      return status.startsWith('500') ? undefined : `the status was ${status}`
    },
  },
  {
    rule: 'SRV-12',
    name: 'never joins Set-Cookie',
    app: plain(() => [], ['Set-Cookie', 'a=1; Path=/'], ['Set-Cookie', 'b=2']),
    check: async (client) => {
      const { headers } = await client({})
      return differs(
        'Set-Cookie',
        headers.filter(([name]) => name.toLowerCase() === 'set-cookie').map(([, value]) => value),
        ['a=1; Path=/', 'b=2'],
      )
    },
  },
  {
    rule: 'SRV-13',
    name: 'adds Content-Length to a body of one chunk',
    app: plain(() => [bytes('hello')]),
    check: async (client) => {
      const answer = await client({})
      return (
        differs('Content-Length', header(answer, 'content-length'), '5') ??
        complete(answer, 'hello')
      )
    },
  },
  {
    rule: 'SRV-13',
    name: 'adds Content-Length: 0 to an empty body',
    app: plain(() => []),
    check: async (client) =>
      differs('Content-Length', header(await client({}), 'content-length'), '0'),
  },
  {
    rule: 'SRV-14',
    name: 'never sends more bytes than Content-Length declares',
    app: plain(
      function* answer() {
        yield bytes('ab')
        yield bytes('cdef')
      },
      ['Content-Length', '3'],
    ),
    check: async (client) => {
      const answer = await client({})
      return isRejected(answer) || answer.body === 'abc'
        ? undefined
        : `the body was ${JSON.stringify(answer.body)}`
    },
  },
  {
    rule: 'SRV-14',
    name: 'truncates a single chunk that is too long',
    app: plain(() => [bytes('abcdef')], ['Content-Length', '3']),
    check: async (client) => {
      const answer = await client({})
      return isRejected(answer) || answer.body === 'abc'
        ? undefined
        : `the body was ${JSON.stringify(answer.body)}`
    },
  },
  {
    rule: 'SRV-15',
    name: 'aborts a response that is too short',
    app: plain(() => [bytes('hello')], ['Content-Length', '9']),
    check: async (client) =>
      isRejected(await client({})) ? undefined : 'the response looked complete',
  },
  {
    rule: 'SRV-16',
    name: 'responds to HEAD with the headers of GET and no body',
    app: plain(() => [bytes('hello')], ['X-Here', 'yes']),
    check: async (client) => {
      const answer = await client({ method: 'HEAD' })
      if (answer.body !== '') return `the body was ${JSON.stringify(answer.body)}`
      return differs(
        'the headers',
        [header(answer, 'content-length'), header(answer, 'x-here')],
        ['5', 'yes'],
      )
    },
  },
  {
    rule: 'SRV-16',
    name: 'closes the generator of a response to HEAD',
    app: () => {
      const witness = new Witness()
      return witness.watch(function* answer(_environ, startResponse) {
        try {
          ok(startResponse)
          yield bytes('one')
          yield bytes('two')
        } finally {
          witness.note('closed')
        }
      })
    },
    check: async (client) => {
      const { body } = await client({ method: 'HEAD' })
      return (
        differs('the body', body, '') ??
        differs('what happened', (await client({ target: '/seen?closed' })).body, 'closed')
      )
    },
  },
  {
    rule: 'SRV-16',
    name: 'sends 205 Reset Content with Content-Length: 0 and no body',
    app: () => (_environ, startResponse) => {
      startResponse('205 Reset Content', [])
      return []
    },
    check: async (client) => {
      const answer = await client({})
      return (
        differs('Content-Length', header(answer, 'content-length'), '0') ?? complete(answer, '')
      )
    },
  },
  ...['204 No Content', '304 Not Modified'].map((status) => ({
    rule: 'SRV-16',
    name: `sends ${status} without a body or framing headers`,
    app: () =>
      ((_environ, startResponse) => {
        startResponse(status, [['ETag', '"x"']])
        return []
      }) satisfies Application,
    check: async (client: (request: object) => Promise<ClientAnswer>) => {
      const answer = await client({})
      const framing = [
        header(answer, 'transfer-encoding'),
        status.startsWith('204') ? header(answer, 'content-length') : undefined,
      ]
      if (framing.some((value) => value !== undefined))
        return `the framing headers were ${framing.join(', ')}`
      return answer.status.startsWith(status.slice(0, 3))
        ? complete(answer, '')
        : `the status was ${answer.status}`
    },
  })),
  {
    rule: 'SRV-17',
    name: 'sends chunks of write before the body',
    app: () => (_environ, startResponse) => {
      const write = startResponse('200 OK', [[...TEXT]])
      void write(bytes('first '))
      void write(bytes('second '))
      return [bytes('third')]
    },
    check: async (client) => complete(await client({}), 'first second third'),
  },
  {
    rule: 'SRV-17',
    name: 'sends the head when write is called with an empty chunk',
    app: () => async (environ, startResponse) => {
      const write = startResponse('200 OK', [[...TEXT], ['X-First', 'yes']])
      await write(bytes(''))
      return [await environ['wsgi.input'].read()]
    },
    check: async (client) => {
      const answer = await client({ method: 'POST', bodyAfterHead: 'late' })
      return differs('X-First', header(answer, 'x-first'), 'yes') ?? complete(answer, 'late')
    },
  },
  {
    rule: 'SRV-17',
    name: 'aborts a response that fails after an empty write has sent its head',
    app: () => async (_environ, startResponse) => {
      await startResponse('200 OK', [[...TEXT]])(bytes(''))
      throw new Error('too late')
    },
    check: async (client) =>
      (await client({})).complete ? 'the response looked complete' : undefined,
  },
  ...(
    [
      ['X-Injected', 'a\r\nX-Evil: yes'],
      ['X-Injected', 'a\u0000b'],
      ['Connection', 'upgrade'],
      ['Transfer-Encoding', 'chunked'],
      ['X Space', 'a'],
    ] as const
  ).map(([name, value]) => ({
    rule: 'SRV-18',
    name: `rejects ${name}: ${JSON.stringify(value)} from an application`,
    app: plain(() => [bytes('hello')], [name, value]),
    check: async (client: (request: object) => Promise<ClientAnswer>) => {
      const answer = await client({})
      if (header(answer, 'x-evil') !== undefined) return 'a header was injected'
      return answer.status.startsWith('500') ? undefined : `the status was ${answer.status}`
    },
  })),
  {
    rule: 'SRV-26',
    name: 'awaits an application that returns a promise',
    app: () => async (_environ, startResponse) => {
      await Promise.resolve()
      ok(startResponse)
      return [bytes('later')]
    },
    check: async (client) => complete(await client({}), 'later'),
  },
  {
    rule: 'SRV-26',
    name: 'sends the chunks of an asynchronous iterable',
    app: () =>
      async function* answer(_environ, startResponse) {
        ok(startResponse)
        for (const word of ['a', '', 'b', 'c']) {
          await Promise.resolve()
          yield bytes(word)
        }
      },
    check: async (client) => complete(await client({}), 'abc'),
  },
]
