/** Checks a server: runs each server case twice and returns a verdict on each ENV and SRV rule. */
import type { Application } from '../types.ts'
import { validator } from '../validator/validator.ts'
import { runCase, type Client, type ServerCase } from './case.ts'
import { closingCases } from './closing.ts'
import { requestCases } from './request.ts'
import { responseCases } from './response.ts'
import { ServerMonitor } from './server-monitor.ts'
import { upgradeCases } from './upgrade.ts'
import { rulesOf, verdictOn, type Check } from './verdict.ts'

/** The cases for servers: at least one for each SRV rule that can only be checked from outside. */
export const serverCases: readonly ServerCase[] = [
  ...requestCases,
  ...responseCases,
  ...closingCases,
  ...upgradeCases,
]

/** A running server with one application. */
export interface ServerUnderCheck {
  /** Sends requests to the server. */
  readonly client: Client
  /** Stops the server after the case. */
  readonly close?: () => unknown
}

/**
 * Checks a server against each ENV and SRV rule. Starts the server twice for each case: once with its application, to
 * check what the client receives, and once with the application under the validator, to check what the application receives.
 *
 * ```ts
 * const { verdicts } = await checkServer(async (app) => {
 *   const service = await serve(app, { bind: '127.0.0.1:0' }) // your server
 *   const { port } = new URL(service.addresses[0] ?? '')
 *   return { client: socketClient(Number(port)), close: () => service.close() } // of @phial/server/conformance
 * })
 * ```
 *
 * @param start starts the server with an application and returns a client for it. If it throws, so does the check
 * @param within time limit for a case, in milliseconds; 5000 by default
 */
export async function checkServer(
  start: (app: Application) => ServerUnderCheck | Promise<ServerUnderCheck>,
  within?: number,
): Promise<Check> {
  const monitor = new ServerMonitor()
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
      broken.set(one.rule, `"${one.name}" failed: ${byClient}`)
    await found(monitor.around(validator(monitor.within(one.app()))))
  }
  const verdicts = rulesOf('ENV', 'SRV').map((rule) =>
    rule.by === 'conformance'
      ? verdictOn(rule, broken.get(rule.id))
      : verdictOn(rule, monitor.breachOf(rule.id), monitor.missingFor(rule)),
  )
  return { verdicts, faults: [] }
}
