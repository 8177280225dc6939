/** `--metrics`: an address of its own, where a gateway application answers with the metrics. */
import type { Application } from '@phial/core'
import { StartError } from '../errors.ts'
import { serve, type Service } from '../serve.ts'

/** An application that answers `GET /metrics`. */
export function metricsApp(text: () => string): Application {
  return (environ, startResponse) => {
    const { REQUEST_METHOD: method, PATH_INFO: path } = environ
    const answer = (status: string, body: string, ...more: [string, string][]): Uint8Array[] => {
      startResponse(status, [['Content-Type', 'text/plain; charset=utf-8'], ...more])
      return [Buffer.from(body)]
    }
    if (path !== '/metrics') return answer('404 Not Found', 'Metrics are at /metrics.\n')
    if (!/^(GET|HEAD)$/.test(method))
      return answer('405 Method Not Allowed', 'Metrics can be read.\n', ['Allow', 'GET, HEAD'])
    startResponse('200 OK', [['Content-Type', 'text/plain; version=0.0.4; charset=utf-8']])
    return [Buffer.from(text())]
  }
}

/** Serves the metrics at an address as `--bind` takes it. Rejects with a {@link StartError} that says why it cannot. */
export async function serveMetrics(address: string, text: () => string): Promise<Service> {
  try {
    return await serve(metricsApp(text), { bind: address, gracefulTimeout: 1 })
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    throw new StartError(error.exitCode, `--metrics: ${error.message}`)
  }
}
