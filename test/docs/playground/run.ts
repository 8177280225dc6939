/** Runs a job as the playground does, but in this process: the code of the worker without a worker. */
import { mkdtemp, rm } from 'node:fs/promises'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Job, Report } from '../../../docs/playground/src/protocol.ts'
import { runJob } from '../../../docs/playground/src/runner.ts'
import { makeSources } from '../../../docs/playground/src/sources.ts'

/** Runs a job, and returns its reports in order. */
export async function run(job: Job): Promise<Report[]> {
  const folder = await mkdtemp(join(tmpdir(), 'phial-playground-'))
  const reports: Report[] = []
  let count = 0
  try {
    await runJob(job, {
      publish: (_name, code) => {
        const path = join(folder, `${(count += 1)}.mjs`)
        writeFileSync(path, code)
        return pathToFileURL(path).href
      },
      report: (one) => void reports.push(JSON.parse(JSON.stringify(one)) as Report),
      sources: makeSources(job.files, ''),
    })
  } finally {
    await rm(folder, { recursive: true })
  }
  return reports
}

/** Returns the reports of one kind. */
export const only = <Kind extends Report['kind']>(
  reports: readonly Report[],
  kind: Kind,
): Extract<Report, { kind: Kind }>[] =>
  reports.filter((one): one is Extract<Report, { kind: Kind }> => one.kind === kind)
