/** As much of Bun and Deno as the entries use. Their own types, `@types/bun` and `deno types`, have the rest. */
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
