/** `@phial/server/conformance`: what the check of a server needs beside `@phial/core/conformance`. */
export { socketClient } from './socket-client.ts'
export type { Place } from './raw-connection.ts'
