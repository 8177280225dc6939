/** The transports that `--transport` can select. */
import { engine } from './engine/engine.ts'
import { nodeHttpTransport } from './node-http.ts'
import type { HttpTransport, TransportOptions } from './transport.ts'

/** The name of a transport. */
export type TransportName = 'engine' | 'http'

/** The transports by name. */
export const transports: Readonly<
  Record<TransportName, (options: TransportOptions) => HttpTransport>
> = { engine, http: nodeHttpTransport }
