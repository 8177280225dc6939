/** `phial replay`: a captured request, sent again. */
import { writeFile } from 'node:fs/promises'
import { basename, dirname, relative, resolve } from 'node:path'
import { CommandError } from 'phial'
import type { Program } from 'phial/tools'
import { importOf } from './imported.ts'
import { load } from './load.ts'
import { readBytes, readHeader } from './words.ts'

/** What can be said after `phial replay`. */
export interface ReplayValues {
  readonly file: string
  readonly application: string | undefined
  readonly header: readonly string[]
  readonly toTest: boolean
}

/** Sends a captured request again. Throws `CommandError` if the response differs from the captured one. */
export async function replay(values: ReplayValues, program: Program): Promise<void> {
  const headers = values.header.map(readHeader)
  const path = resolve(program.folder, values.file)
  const text = await readBytes(values.file, program.folder)
  const { module, app, file, spec } = await load(values.application ?? program.appName, program)
  const capture = asCommand(() => module.readCapture(text.toString()))
  for (const lack of module.lacks(capture)) program.output.stderr(`${lack}\n`)
  const { picture, answer, error } = await module.replay(app, capture, headers)
  if (values.toTest) {
    if (answer === undefined) throw new CommandError(`There was no answer: ${String(error)}`)
    const imported = await importOf(spec, file, app, dirname(path))
    await write(
      path.replace(/(?:\.json)?$/, '.test.ts'),
      module.testOf(capture, imported, answer, headers),
      program,
    )
    return
  }
  program.output.stdout(module.drawText(picture))
  const differences = module.differences(capture, picture)
  if (differences.length > 0)
    throw new CommandError(
      `It is answered otherwise than it was captured: ${differences.join('; ')}.`,
    )
}

function asCommand<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof TypeError ? new CommandError(error.message) : error
  }
}

/** Writes a test, and never over a file. */
async function write(path: string, text: string, program: Program): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' })
  } catch (error) {
    throw new CommandError(`${basename(path)} cannot be written: ${(error as Error).message}`)
  }
  program.echo(`Wrote ${relative(program.folder, path)}`)
}
