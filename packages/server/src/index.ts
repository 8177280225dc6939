export { makeServer, WsgiServer, type WsgiServerOptions } from './reference.ts'
export { serve, type ServeOptions, type Service } from './serve.ts'
export { StartError, type ExitCode } from './errors.ts'
export type { AccessRecord } from './logs/access.ts'
