/** The parts of Bun and Deno that the entries use. For the rest, see `@types/bun` and `deno types`. */
import type { BunServer, DenoInfo } from '@phial/core/platforms'

declare global {
  const Bun: {
    serve(options: {
      hostname: string
      port: number
      fetch: (request: Request, server: BunServer) => Promise<Response>
    }): { readonly url: URL }
  }
  const Deno: {
    serve(
      options: { hostname: string; port: number },
      handler: (request: Request, info: DenoInfo) => Promise<Response>,
    ): unknown
  }
}
