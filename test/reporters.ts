import { join } from 'node:path'

const folder = process.env['PHIAL_TEST_REPORTS']

/** What a run tells: a person always, and the counts to a file of its own where a folder is given for it. */
export const reporters: (string | [string, { outputFile: string }])[] = folder
  ? ['default', ['json', { outputFile: join(folder, `${process.pid}.json`) }]]
  : ['default']
