/** Closing: whatever happens to an answer, its body is let go once. */
import type { Application, Body } from '../types.ts'
import type { Client, ServerCase } from './case.ts'
import { bytes, differs, ok, Witness } from './support.ts'

/** An application whose body notes that it was closed. */
function closing(make: (witness: Witness) => Body): () => Application {
  return () => {
    const witness = new Witness()
    return witness.beside((_environ, startResponse) => {
      ok(startResponse)
      return Object.assign(make(witness), { close: () => witness.note('closed') })
    })
  }
}

const closedOnce = async (client: Client): Promise<string | undefined> =>
  differs('what happened', (await client({ target: '/seen?closed' })).body, 'closed')

/** One chunk, and then a wait that only the client can end. */
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
    name: 'closes a body that has ended',
    app: closing(() => [bytes('one'), bytes('two')]),
    check: async (client) => {
      await client({})
      return closedOnce(client)
    },
  },
  {
    rule: 'SRV-7',
    name: 'closes a body that threw',
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
    name: 'closes a body when the client has gone, even while it waits for a chunk',
    app: closing(endless),
    check: async (client) => {
      await client({ leave: true })
      return closedOnce(client)
    },
  },
  {
    rule: 'SRV-7',
    name: 'ends a generator whose client has gone',
    app: () => {
      const witness = new Witness()
      return witness.beside(async function* answer(environ, startResponse) {
        const signal = environ['phial.signal']
        const gone = new Promise((resolve) => {
          if (signal === undefined) resolve(undefined) // none is offered
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
