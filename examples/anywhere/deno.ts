/** Deno: `deno run --allow-net --allow-read --allow-env deno.ts`. */
import { toFetch } from '@phial/core'
import { denoEnviron } from '@phial/core/platforms'
import { app } from './app.ts'

Deno.serve(
  { hostname: '127.0.0.1', port: Number(process.env['PORT'] ?? 8000) },
  toFetch(app, { environ: denoEnviron }),
)
