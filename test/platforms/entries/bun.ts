import { bunEnviron } from '@phial/core/platforms'
import { casesHandler } from './cases.ts'

const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: casesHandler(bunEnviron) })
console.log(server.url.href)
