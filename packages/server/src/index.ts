/**
 * Servers for gateway applications: the production server as a function (`serve`), the reference server, CGI, and
 * conversions between applications and handlers of `node:http`.
 *
 * @module @phial/server
 */
export { makeServer, WsgiServer, type WsgiServerOptions } from './reference.ts'
export { toNodeHandler, type NodeHandler, type NodeHandlerOptions } from './interop/to-handler.ts'
export { fromNodeHandler, type NodeListener } from './interop/from-handler.ts'
export { CgiHandler, type CgiStreams } from './cgi.ts'
export { serve, type ServeOptions, type Service } from './serve.ts'
export { StartError, type ExitCode } from './errors.ts'
export type { AccessRecord } from './logs/access.ts'
export type { ServerConfig, Settings } from './settings/types.ts'
export type { HooksOf, MasterInfoOf, WorkerInfoOf } from './settings/hooks.ts'
export type { Hooks, MasterInfo, WorkerInfo } from './settings/types.ts'
