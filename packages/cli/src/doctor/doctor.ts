/** `phial doctor`: checks whether an app, as configured here, is ready for production. */
import { CommandError } from 'phial'
import { type Program, UsageError } from 'phial/tools'
import type { Finding } from './finding.ts'
import { examineOrigins } from './origins.ts'
import { examineProxy } from './proxy.ts'
import { examineSecret, readCode } from './secret.ts'
import { examineSettings } from './settings.ts'

/**
 * Prints the faults, the notes, and the origin of each setting. Throws `CommandError` if there are faults, so that a
 * deployment script can stop.
 */
export async function doctor(
  { proxies }: { proxies: string | undefined },
  program: Program,
): Promise<void> {
  const inFront = readCount(proxies)
  const app = await program.loadApp()
  // The findings already report what the request of examineProxy would log.
  app.logger.handler = () => undefined
  const findings = [
    ...examineSecret(app, readCode(await program.ownFiles(app)), program.folder),
    ...examineSettings(app),
    ...(await examineProxy(app, inFront)),
    ...examineOrigins(app, program),
  ]
  for (const line of linesOf(findings)) program.echo(line)
  const faults = findings.filter(({ level }) => level === 'fault').length
  if (faults > 0) throw new CommandError(`${faults} fault${faults === 1 ? '' : 's'}.`)
  program.echo('No faults.')
}

function linesOf(findings: readonly Finding[]): string[] {
  const sorted = findings.toSorted((one, other) =>
    one.level < other.level ? -1 : Number(one.level > other.level),
  )
  const width = Math.max(...findings.map(({ about }) => about.length), 0)
  return sorted.map(
    ({ level, about, text }) => `${level.padEnd(5)}  ${about.padEnd(width)}  ${text}`,
  )
}

function readCount(proxies: string | undefined): number | undefined {
  if (proxies === undefined) return undefined
  if (/^\d$/.test(proxies)) return Number(proxies)
  throw new UsageError(
    `Expected the number of proxies in front of the app, from 0 to 9, for --proxies, received ${proxies}.`,
  )
}
