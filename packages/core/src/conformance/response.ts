/** What a server makes of an answer. */
import type { Application, Body } from '../types.ts'
import type { ClientAnswer, ServerCase } from './case.ts'
import { bytes, differs, header, ok, TEXT, Witness } from './support.ts'

/** An application that answers `200 OK` and a body. */
const plain =
  (make: () => Body, ...headers: [string, string][]): (() => Application) =>
  () =>
  (_environ, startResponse) => {
    ok(startResponse, ...headers)
    return make()
  }

const whole = (answer: ClientAnswer, body: string): string | undefined =>
  answer.complete ? differs('the body', answer.body, body) : 'the answer broke off'

/** Whether an answer is an error page, or broke off: what a breach of a length may end in. */
const isRefused = ({ status, complete }: ClientAnswer): boolean =>
  status.startsWith('500') || !complete

export const responseCases: readonly ServerCase[] = [
  {
    rule: 'SRV-8',
    name: 'sends a chunk before it asks for the next one',
    app: () =>
      async function* answer(environ, startResponse) {
        ok(startResponse)
        yield bytes('one ')
        yield await environ['wsgi.input'].read()
      },
    check: async (client) => whole(await client({ method: 'POST', bodyLater: 'two' }), 'one two'),
  },
  {
    rule: 'SRV-9',
    name: 'lets excInfo replace the answer until there are bytes',
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
        return 'the headers of the first answer were sent'
      return answer.status.startsWith('503')
        ? whole(answer, 'sorry')
        : `the status was ${answer.status}`
    },
  },
  {
    rule: 'SRV-10',
    name: 'throws excInfo back once there are bytes, and breaks the answer off',
    app: () => {
      const witness = new Witness()
      return witness.beside(function* answer(_environ, startResponse) {
        ok(startResponse)
        yield bytes('one')
        const error = new Error('too late')
        try {
          startResponse('500 Oops', [[...TEXT]], error)
        } catch (thrown) {
          witness.note(thrown === error ? 'thrown-back' : 'another-error')
          throw thrown
        }
      })
    },
    check: async (client) => {
      const answer = await client({})
      if (answer.complete) return `the answer looked whole: ${JSON.stringify(answer.body)}`
      return differs(
        'what startResponse threw',
        (await client({ target: '/seen?thrown-back' })).body,
        'thrown-back',
      )
    },
  },
  {
    rule: 'SRV-11',
    name: 'answers 500 to an error, and says nothing of it',
    app: () => () => {
      throw new Error('the secret of the house')
    },
    check: async (client) => {
      const answer = await client({})
      if (!answer.status.startsWith('500')) return `the status was ${answer.status}`
      return answer.body.includes('secret') ? 'the error’s text was sent' : undefined
    },
  },
  {
    rule: 'SRV-11',
    name: 'answers 500 to a promise that is broken',
    app: () => () => Promise.reject(new Error('the secret of the house')),
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
    name: 'counts a body of one chunk',
    app: plain(() => [bytes('hello')]),
    check: async (client) => {
      const answer = await client({})
      return (
        differs('Content-Length', header(answer, 'content-length'), '5') ?? whole(answer, 'hello')
      )
    },
  },
  {
    rule: 'SRV-13',
    name: 'counts an empty body',
    app: plain(() => []),
    check: async (client) =>
      differs('Content-Length', header(await client({}), 'content-length'), '0'),
  },
  {
    rule: 'SRV-14',
    name: 'never sends more than Content-Length says',
    app: plain(
      function* answer() {
        yield bytes('ab')
        yield bytes('cdef')
      },
      ['Content-Length', '3'],
    ),
    check: async (client) => {
      const answer = await client({})
      return isRefused(answer) || answer.body === 'abc'
        ? undefined
        : `the body was ${JSON.stringify(answer.body)}`
    },
  },
  {
    rule: 'SRV-14',
    name: 'cuts an only chunk that is too long',
    app: plain(() => [bytes('abcdef')], ['Content-Length', '3']),
    check: async (client) => {
      const answer = await client({})
      return isRefused(answer) || answer.body === 'abc'
        ? undefined
        : `the body was ${JSON.stringify(answer.body)}`
    },
  },
  {
    rule: 'SRV-15',
    name: 'breaks off an answer that is too short',
    app: plain(() => [bytes('hello')], ['Content-Length', '9']),
    check: async (client) => (isRefused(await client({})) ? undefined : 'the answer looked whole'),
  },
  {
    rule: 'SRV-16',
    name: 'answers HEAD with the headers of GET and no body',
    app: plain(() => [bytes('hello')], ['X-Here', 'yes']),
    check: async (client) => {
      const answer = await client({ method: 'HEAD' })
      if (answer.body !== '') return `a body came: ${JSON.stringify(answer.body)}`
      return differs(
        'the headers',
        [header(answer, 'content-length'), header(answer, 'x-here')],
        ['5', 'yes'],
      )
    },
  },
  {
    rule: 'SRV-16',
    name: 'closes a generator that HEAD breaks off',
    app: () => {
      const witness = new Witness()
      return witness.beside(function* answer(_environ, startResponse) {
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
    name: 'answers 205 Reset Content with a length of 0 and no body',
    app: () => (_environ, startResponse) => {
      startResponse('205 Reset Content', [])
      return []
    },
    check: async (client) => {
      const answer = await client({})
      return differs('Content-Length', header(answer, 'content-length'), '0') ?? whole(answer, '')
    },
  },
  ...['204 No Content', '304 Not Modified'].map((status) => ({
    rule: 'SRV-16',
    name: `answers ${status} without a body or its framing`,
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
        return `framing headers came: ${framing.join(', ')}`
      return answer.status.startsWith(status.slice(0, 3))
        ? whole(answer, '')
        : `the status was ${answer.status}`
    },
  })),
  {
    rule: 'SRV-17',
    name: 'sends what is written ahead of the body',
    app: () => (_environ, startResponse) => {
      const write = startResponse('200 OK', [[...TEXT]])
      void write(bytes('first '))
      void write(bytes('second '))
      return [bytes('third')]
    },
    check: async (client) => whole(await client({}), 'first second third'),
  },
  {
    rule: 'SRV-17',
    name: 'sends the head when no bytes are written, before the body has any',
    app: () => async (environ, startResponse) => {
      const write = startResponse('200 OK', [[...TEXT], ['X-First', 'yes']])
      await write(bytes(''))
      return [await environ['wsgi.input'].read()]
    },
    check: async (client) => {
      const answer = await client({ method: 'POST', bodyAfterHead: 'late' })
      return differs('X-First', header(answer, 'x-first'), 'yes') ?? whole(answer, 'late')
    },
  },
  {
    rule: 'SRV-17',
    name: 'breaks off an answer that fails after its head was sent by writing no bytes',
    app: () => async (_environ, startResponse) => {
      await startResponse('200 OK', [[...TEXT]])(bytes(''))
      throw new Error('too late for another head')
    },
    check: async (client) => ((await client({})).complete ? 'the answer looked whole' : undefined),
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
    name: `refuses ${name}: ${JSON.stringify(value)} from an application`,
    app: plain(() => [bytes('hello')], [name, value]),
    check: async (client: (request: object) => Promise<ClientAnswer>) => {
      const answer = await client({})
      if (header(answer, 'x-evil') !== undefined) return 'a header was injected'
      return answer.status.startsWith('500') ? undefined : `the status was ${answer.status}`
    },
  })),
  {
    rule: 'SRV-26',
    name: 'waits for an application that promises',
    app: () => async (_environ, startResponse) => {
      await Promise.resolve()
      ok(startResponse)
      return [bytes('later')]
    },
    check: async (client) => whole(await client({}), 'later'),
  },
  {
    rule: 'SRV-26',
    name: 'takes chunks as they come',
    app: () =>
      async function* answer(_environ, startResponse) {
        ok(startResponse)
        for (const word of ['a', '', 'b', 'c']) {
          await Promise.resolve()
          yield bytes(word)
        }
      },
    check: async (client) => whole(await client({}), 'abc'),
  },
]
