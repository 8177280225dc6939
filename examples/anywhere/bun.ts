/** Bun: `bun bun.ts`. */
import { toFetch } from '@phial/core'
import { bunEnviron } from '@phial/core/platforms'
import { app } from './app.ts'

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: Number(process.env['PORT'] ?? 8000),
  fetch: toFetch(app, { environ: bunEnviron }),
})
console.log(server.url.href)
