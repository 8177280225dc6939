/** The conformance cases on a platform: behind its server, or run where the code runs. */
import { toFetch, validator, type Application } from '@phial/core'
import { runCase, serverCases, type Finding } from '@phial/core/conformance'
import type { ToFetchOptions } from '@phial/core'
import { callClient, fetchClient } from '../../core/support/clients.ts'
import { app } from '../../server/apps/conformance.ts'

/** A handler for a platform. A request that names a case goes to its application; any other runs all cases in this process. */
export function casesHandler<Rest extends readonly unknown[]>(
  environ: NonNullable<ToFetchOptions<Rest>['environ']>,
): (request: Request, ...rest: Rest) => Promise<Response> {
  const serve = toFetch(app, { environ })
  return async (request, ...rest) =>
    request.headers.has('X-Case') ? serve(request, ...rest) : Response.json(await runAll())
}

const clients = { call: callClient, toFetch: fetchClient }
const layers = { bare: (application: Application) => application, validated: validator }

/** Runs each case by both clients, bare and validated. Resolves to the findings, those of the same case together. */
async function runAll(): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const one of serverCases) {
    for (const [client, connect] of Object.entries(clients)) {
      for (const [layer, wrap] of Object.entries(layers)) {
        // oxlint-disable-next-line no-await-in-loop -- one after another, so that none disturbs another
        const finding = await runCase(one, connect(wrap(one.app())))
        findings.push({ ...finding, name: `${finding.name} (${client}, ${layer})` })
      }
    }
  }
  return findings
}
