import { StartError } from '../errors.ts'
import { headline, ownStack } from '../load/import.ts'
import { readSettings } from '../settings/read.ts'
import type { Reread } from './reread.ts'

async function answer(): Promise<Reread> {
  try {
    const settings = await readSettings(process.argv.slice(2), process.env)
    return { settings: { ...settings, hooks: {} } } // functions do not travel
  } catch (error) {
    if (!(error instanceof StartError))
      return { exitCode: 1, message: headline(error), detail: ownStack(error) }
    const { exitCode, message, detail } = error
    return { exitCode, message, detail }
  }
}

process.send?.(await answer(), () => process.exit())
