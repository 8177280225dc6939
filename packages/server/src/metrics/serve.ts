/**
 * Serves `--metrics`, a separate address for monitoring. The master answers there, independently of the workers:
 *
 *     /metrics   the counters of all workers, in the Prometheus text format
 *     /live      200 while the master runs
 *     /ready     200 while workers accept connections; 503 while the server starts, and after the signal to stop
 */
import type { Application } from '@phial/core'
import { StartError } from '../errors.ts'
import { serve, type Service } from '../serve.ts'

/** The state of a server that is exposed. */
export interface Watched {
  readonly text: () => string
  readonly isReady: () => boolean
}

type Page = readonly [status: string, body: string, type?: string]

/** Creates the application that serves the metrics and health checks. */
export function metricsApp({ text, isReady }: Watched): Application {
  const pages: Record<string, () => Page> = {
    '/metrics': () => ['200 OK', text(), 'text/plain; version=0.0.4; charset=utf-8'],
    '/live': () => ['200 OK', 'live\n'],
    '/ready': () =>
      isReady() ? ['200 OK', 'ready\n'] : ['503 Service Unavailable', 'not ready\n'],
  }
  return (environ, startResponse) => {
    const { REQUEST_METHOD: method, PATH_INFO: path } = environ
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined
    const isRead = /^(GET|HEAD)$/.test(method)
    const [status, body, type = 'text/plain; charset=utf-8'] = !page
      ? NOT_FOUND
      : isRead
        ? page()
        : NOT_ALLOWED
    startResponse(status, [
      ['Content-Type', type],
      ['Cache-Control', 'no-store'],
      ...(status === NOT_ALLOWED[0] ? [['Allow', 'GET, HEAD'] as [string, string]] : []),
    ])
    return [Buffer.from(body)]
  }
}

const NOT_FOUND: Page = ['404 Not Found', 'Not found. Available: /metrics, /live, /ready.\n']
const NOT_ALLOWED: Page = ['405 Method Not Allowed', 'Method not allowed. Use GET or HEAD.\n']

/** Serves the metrics at an address in the format of `--bind`. Rejects with a {@link StartError} if it cannot listen. */
export async function serveMetrics(address: string, watched: Watched): Promise<Service> {
  try {
    return await serve(metricsApp(watched), { bind: address, gracefulTimeout: 1 })
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    throw new StartError(error.exitCode, `--metrics: ${error.message}`)
  }
}
