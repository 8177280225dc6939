/** Serves an application with the reference server on a free port, and discards its log. */
import { errorStream, type ApplicationLike } from '@phial/core'
import { WsgiServer } from '@phial/server'

export async function served(app: ApplicationLike): Promise<{
  readonly port: number
  readonly close: () => Promise<void>
}> {
  const errors = errorStream(() => undefined)
  const server = new WsgiServer({ host: '127.0.0.1', port: 0 }, { errors })
  server.setApp(app)
  server.listen()
  await server.ready()
  void server.serveForever()
  return { port: server.serverPort, close: () => server.close(true) }
}
