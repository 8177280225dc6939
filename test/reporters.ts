import { join } from 'node:path'

const folder = process.env['PHIAL_TEST_REPORTS']

/** The reporters of a run: the default one, and a JSON file with the counts if a folder is given. */
export const reporters: (string | [string, { outputFile: string }])[] = folder
  ? ['default', ['json', { outputFile: join(folder, `${process.pid}.json`) }]]
  : ['default']
