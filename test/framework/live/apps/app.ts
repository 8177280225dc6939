/** The app of `crowd.test.ts`: long-lived responses of each kind, and the memory in use. */
import { eventStream, Phial } from 'phial'
import { inUse } from '../../../support/memory.ts'

export const app = new Phial(import.meta.url, { staticFolder: null })

app.get('/memory', () => String(inUse()))

/** Resolves when a signal fires. */
const fired = (signal: AbortSignal | undefined): Promise<unknown> =>
  new Promise((resolve) => signal?.addEventListener('abort', resolve))

app.get('/stream', async function* plain(_params, { request }) {
  yield 'here'
  await fired(request.environ['phial.retiring'])
})

app.get('/events', () =>
  eventStream(async function* ({ signal }) {
    yield 'here'
    await fired(signal)
  }),
)

app.websocket('/chat', async (socket) => {
  await socket.send('here')
  for await (const message of socket) await socket.send(message)
})
