/** A constant load over reused and new connections, which counts failed requests. */
import { Agent, request } from 'node:http'

export interface Tally {
  /** The number of complete and correct responses. */
  good: number
  /** The number of failures by their description. */
  readonly bad: Map<string, number>
}

export interface Load {
  readonly tally: Tally
  /** Resolves after this many more responses. */
  more(answers: number): Promise<void>
  /** Stops all clients after their current requests. */
  stop(): Promise<Tally>
}

/** A request that clients send in turn. */
export interface Asked {
  readonly method: 'GET' | 'POST'
  readonly path: string
}

const PID: Asked = { method: 'GET', path: '/pid' }

/** Starts this many clients with reused connections, and as many with new ones, which send requests continuously. */
export function loadOf(port: number, clients: number, asked: readonly Asked[] = [PID]): Load {
  const tally: Tally = { good: 0, bad: new Map() }
  const agents = Array.from(
    { length: clients },
    () => new Agent({ keepAlive: true, maxSockets: 1 }),
  )
  let isOver = false
  const waiting: { readonly until: number; readonly wake: () => void }[] = []
  const client = async (agent: Agent | false): Promise<void> => {
    for (let at = 0; !isOver; at += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after another
      const wrong = await ask(port, agent, asked[at % asked.length] ?? PID)
      if (wrong === undefined) tally.good += 1
      else tally.bad.set(wrong, (tally.bad.get(wrong) ?? 0) + 1)
      const due = waiting.findIndex(({ until }) => tally.good >= until)
      if (due >= 0) waiting.splice(due, 1)[0]?.wake()
    }
  }
  const all = Promise.all([...agents, ...agents.map(() => false as const)].map(client))
  return {
    tally,
    more: (answers) =>
      new Promise((wake) => {
        waiting.push({ until: tally.good + answers, wake })
      }),
    stop: async () => {
      isOver = true
      await all
      for (const agent of agents) agent.destroy()
      return tally
    },
  }
}

const BODY = 'x'.repeat(10_000)

/** Sends a request. Resolves with a description of the failure, or `undefined`. */
function ask(port: number, agent: Agent | false, asked: Asked): Promise<string | undefined> {
  return new Promise((resolve) => {
    const what = `${asked.method} ${asked.path}`
    const sent = request({ port, host: '127.0.0.1', agent, ...asked }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      response.on('end', () => {
        const isRight = response.statusCode === 200 && /^\d+$/.test(body)
        resolve(isRight ? undefined : `status ${String(response.statusCode)} for ${what}`)
      })
      response.on('error', (error) => resolve(error.message))
    })
    sent.on('error', (error: NodeJS.ErrnoException) => {
      const kind = sent.reusedSocket ? 'reused' : 'new'
      resolve(`${error.code ?? error.message} on a ${kind} connection for ${what}`)
    })
    sent.end(asked.method === 'POST' ? BODY : undefined)
  })
}
