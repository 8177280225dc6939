import { workersEnviron } from '@phial/core/platforms'
import { casesHandler } from './cases.ts'

const handler = casesHandler(workersEnviron)

export default {
  /** A case may wait in one request for what happens to another, and workerd ends a request that waits for nothing of its own. A timer is something. */
  async fetch(...asked: Parameters<typeof handler>): Promise<Response> {
    const timer = setInterval(() => undefined, 100)
    try {
      return await handler(...asked)
    } finally {
      clearInterval(timer)
    }
  },
}
