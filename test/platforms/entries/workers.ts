import { workersEnviron } from '@phial/core/platforms'
import { casesHandler } from './cases.ts'

const handler = casesHandler(workersEnviron)

export default {
  /** In a case, one request may wait for another. workerd cancels a request that has no pending I/O, so a timer keeps it alive. */
  async fetch(...args: Parameters<typeof handler>): Promise<Response> {
    const timer = setInterval(() => undefined, 100)
    try {
      return await handler(...args)
    } finally {
      clearInterval(timer)
    }
  },
}
