/** The conformance cases on a platform, through its server or in its process. */
import { toFetch, validator, type Application } from '@phial/core'
import { runCase, serverCases, type Finding } from '@phial/core/conformance'
import type { ToFetchOptions } from '@phial/core'
import { callClient, fetchClient } from '../../core/support/clients.ts'
import { app } from '../../server/apps/conformance.ts'

/** Returns a handler for a platform. A request with `X-Case` goes to the application of that case, `/` runs all cases in this process, and other paths go to `more`. */
export function casesHandler<Rest extends readonly unknown[]>(
  environ: NonNullable<ToFetchOptions<Rest>['environ']>,
): (request: Request, ...rest: Rest) => Promise<Response> {
  const [cases, others] = [toFetch(app, { environ }), toFetch(more(), { environ })]
  return async (request, ...rest) => {
    if (request.headers.has('X-Case')) return cases(request, ...rest)
    const isAll = new URL(request.url).pathname === '/'
    return isAll ? Response.json(await runAll()) : others(request, ...rest)
  }
}

/** `/who` responds with the platform and the client's address, `/flow` sends an endless body, and `/closed` counts how often that body was closed. */
function more(): Application {
  let closed = 0
  const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))
  async function* flow(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield new Uint8Array(65_536)
    } finally {
      closed += 1
    }
  }
  return (environ, startResponse) => {
    startResponse('200 OK', [['Content-Type', 'application/json']])
    if (environ.PATH_INFO === '/flow') return flow()
    const { REMOTE_ADDR, REMOTE_PORT } = environ
    const platform = environ['phial.platform']?.name
    return [json(environ.PATH_INFO === '/who' ? [platform, REMOTE_ADDR, REMOTE_PORT] : closed)]
  }
}

const clients = { call: callClient, toFetch: fetchClient }
const layers = { bare: (application: Application) => application, validated: validator }

/** Runs each case with both clients, bare and validated. Resolves to the findings, grouped by case. */
async function runAll(): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const one of serverCases) {
    for (const [client, connect] of Object.entries(clients)) {
      for (const [layer, wrap] of Object.entries(layers)) {
        // oxlint-disable-next-line no-await-in-loop -- sequentially, so that cases do not interfere
        const finding = await runCase(one, connect(wrap(one.app())))
        findings.push({ ...finding, name: `${finding.name} (${client}, ${layer})` })
      }
    }
  }
  return findings
}
