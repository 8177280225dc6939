/** Checks a server: the server cases, each served twice, and a verdict for each ENV and SRV rule. */
import type { Application } from '../types.ts'
import { validator } from '../validator/validator.ts'
import { runCase, type Client, type ServerCase } from './case.ts'
import { closingCases } from './closing.ts'
import { requestCases } from './request.ts'
import { responseCases } from './response.ts'
import { ServerSightings } from './server-sightings.ts'
import { upgradeCases } from './upgrade.ts'
import { rulesOf, verdictOn, type Check } from './verdict.ts'

/** What a server has to do: one case at least for each SRV rule that only a client can see. */
export const serverCases: readonly ServerCase[] = [
  ...requestCases,
  ...responseCases,
  ...closingCases,
  ...upgradeCases,
]

/** A server that is up, with one application. */
export interface ServerUnderCheck {
  /** Asks it. */
  readonly client: Client
  /** Ends it, once it has been asked. */
  readonly close?: () => unknown
}

/**
 * Starts a server for each case, asks it, and says of each ENV and SRV rule whether it was kept. A case is served as
 * it is, for what its client sees, and once more under the validator, for what its application sees.
 *
 * ```ts
 * const { verdicts } = await checkServer(async (app) => {
 *   const service = await serve(app, { bind: '127.0.0.1:0' }) // your server
 *   const { port } = new URL(service.addresses[0] ?? '')
 *   return { client: socketClient(Number(port)), close: () => service.close() } // of @phial/server/conformance
 * })
 * ```
 *
 * @param start starts the server with an application, and says how it is asked; what it raises, the check does
 * @param within how long a case may take, in milliseconds
 */
export async function checkServer(
  start: (app: Application) => ServerUnderCheck | Promise<ServerUnderCheck>,
  within?: number,
): Promise<Check> {
  const seen = new ServerSightings()
  const broken = new Map<string, string>()
  for (const one of serverCases) {
    const found = async (app: Application): Promise<string | undefined> => {
      const { client, close } = await start(app)
      try {
        return (await runCase(one, client, within)).found
      } finally {
        await close?.()
      }
    }
    const byClient = await found(one.app())
    if (byClient !== undefined && !broken.has(one.rule))
      broken.set(one.rule, `${one.name}: no, ${byClient}`)
    await found(seen.around(validator(seen.within(one.app()))))
  }
  const verdicts = rulesOf('ENV', 'SRV').map((rule) =>
    rule.by === 'conformance'
      ? verdictOn(rule, broken.get(rule.id))
      : verdictOn(rule, seen.breachOf(rule.id), seen.missingFor(rule)),
  )
  return { verdicts, faults: [] }
}
