import { toFetch, type ApplicationLike, type CallOptions, type HeaderList } from '@phial/core'
import { makeServer, serve } from '@phial/server'
import { afterEach, describe } from 'vitest'
import { guestBook, rungs, type Ask } from '../../examples/ladder/guest-book.test.ts'

/** Closes the servers that a test has started, in reverse order. */
const closing: (() => Promise<void>)[] = []
afterEach(() => Promise.all(closing.splice(0).map((close) => close())))

type Way = (app: ApplicationLike) => Ask | Promise<Ask>

const ways: Record<string, Way> = {
  'the reference server': async (app) => {
    const server = makeServer('127.0.0.1', 0, app)
    await server.ready()
    void server.serveForever()
    closing.push(() => server.close())
    return asking(fetch, `http://127.0.0.1:${server.serverPort}`)
  },
  'the production server': async (app) => {
    const service = await serve(app, { bind: '127.0.0.1:0' })
    closing.push(() => service.close())
    return asking(fetch, service.addresses[0] ?? '')
  },
  'the fetch bridge': (app) => asking(toFetch(app), 'http://localhost'),
}

function asking(ask: (request: Request) => Promise<Response>, origin: string): Ask {
  return async ({ method = 'GET', path = '/', headers = [], body }: CallOptions) => {
    const init = { method, headers: headers as HeaderList, body, redirect: 'manual' } as RequestInit
    const answer = await ask(new Request(origin + path, init))
    const text = await answer.text()
    return { statusCode: answer.status, headers: [...answer.headers], text: () => text }
  }
}

describe.for(Object.entries(ways))('on %s', ([, start]) => {
  describe.for(Object.entries(rungs))('%s', ([, createApp]) => {
    guestBook(() => start(createApp()))
  })
})
