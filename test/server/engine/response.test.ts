/** The responses of node-http/response.test.ts, from the engine; what is the engine's own is below. */
import { serveBy } from '../support/server.ts'

serveBy('engine')
await import('../node-http/response.test.ts')
