/** The answers of node-http/answer.test.ts, from the engine; what is the engine's own is below. */
import { serveBy } from '../support/server.ts'

serveBy('engine')
await import('../node-http/answer.test.ts')
