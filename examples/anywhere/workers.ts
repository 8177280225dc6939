/** Cloudflare Workers has no file system, so `phial build` has written templates and static files into a module. */
import { toFetch } from '@phial/core'
import { workersEnviron } from '@phial/core/platforms'
import { app } from './app.ts'
import build from './build/phial.js'

app.useBuild(build)

export default { fetch: toFetch(app, { environ: workersEnviron }) }
