/** Cases for closing: the body of every response must be closed exactly once. */
import type { Application, Body } from '../types.ts'
import type { Client, ServerCase } from './case.ts'
import { bytes, differs, ok, Witness } from './support.ts'

/** Returns an application whose body records when it is closed. */
function closing(make: (witness: Witness) => Body): () => Application {
  return () => {
    const witness = new Witness()
    return witness.watch((_environ, startResponse) => {
      ok(startResponse)
      return Object.assign(make(witness), { close: () => witness.note('closed') })
    })
  }
}

const closedOnce = async (client: Client): Promise<string | undefined> =>
  differs('what happened', (await client({ target: '/seen?closed' })).body, 'closed')

/** Returns a body of one chunk whose second chunk never arrives. */
const endless = (): Body => {
  const chunks = [Promise.resolve({ done: false as const, value: bytes('one') })]
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => chunks.pop() ?? new Promise<never>(() => undefined),
    }),
  }
}

export const closingCases: readonly ServerCase[] = [
  {
    rule: 'SRV-7',
    name: 'closes a body after its end',
    app: closing(() => [bytes('one'), bytes('two')]),
    check: async (client) => {
      await client({})
      return closedOnce(client)
    },
  },
  {
    rule: 'SRV-7',
    name: 'closes a body that throws',
    app: closing(() => ({
      *[Symbol.iterator]() {
        yield bytes('one')
        throw new Error('halfway')
      },
    })),
    check: async (client) => {
      await client({})
      return closedOnce(client)
    },
  },
  {
    rule: 'SRV-7',
    name: 'closes a body if the client disconnects while a chunk is pending',
    app: closing(endless),
    check: async (client) => {
      await client({ leave: true })
      return closedOnce(client)
    },
  },
  {
    rule: 'SRV-7',
    name: 'ends a generator if the client disconnects',
    app: () => {
      const witness = new Witness()
      return witness.watch(async function* answer(environ, startResponse) {
        const signal = environ['phial.signal']
        const gone = new Promise((resolve) => {
          if (signal === undefined) resolve(undefined) // the server provides no signal
          signal?.addEventListener('abort', resolve)
        })
        try {
          ok(startResponse)
          yield bytes('one')
          await gone
          yield bytes('two')
        } finally {
          witness.note('closed')
        }
      })
    },
    check: async (client) => {
      await client({ leave: true })
      return closedOnce(client)
    },
  },
]
