export { makeServer, WsgiServer, type WsgiServerOptions } from './reference.ts'
