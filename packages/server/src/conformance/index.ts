/**
 * What the check of a server needs beside `@phial/core/conformance`: a client that speaks to a socket.
 *
 * @module @phial/server/conformance
 */
export { socketClient } from './socket-client.ts'
export type { Place } from './raw-connection.ts'
