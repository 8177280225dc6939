/** Limits of room and time as in node-http.test.ts, from the engine; what is the engine's own is below. */
import { serveBy } from '../support/server.ts'

serveBy('engine')
await import('../node-http.test.ts')
