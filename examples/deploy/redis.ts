/** The connection to Redis. The site keeps working if Redis is down, slow or restarted. */
import type { Phial } from 'phial'
import { createClient } from 'redis'

/** Returns a client immediately. It connects in the background, and reconnects if the connection is lost. */
export function openRedis(url: string, logger: Phial['logger']) {
  const client = createClient({
    url,
    disableOfflineQueue: true, // without a connection, a command rejects immediately instead of waiting
    pingInterval: 10_000, // keeps the connection alive through firewalls that drop idle ones
    socket: {
      connectTimeout: 1000,
      reconnectStrategy: (attempt) => Math.min(attempt * 100, 1000),
    },
  })
  // Without a listener, the first lost connection would end the process.
  client.on('error', (error: Error) => logger.warning('Redis', { error: error.message }))
  client.on('ready', () => logger.info('Redis is connected'))
  client.connect().catch(() => undefined) // the listener above has logged it
  return client
}
