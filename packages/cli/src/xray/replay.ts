/** `phial replay`: replays a captured request. */
import { writeFile } from 'node:fs/promises'
import { basename, dirname, relative, resolve } from 'node:path'
import { CommandError } from 'phial'
import type { Program } from 'phial/tools'
import { importOf } from './imported.ts'
import { load } from './load.ts'
import { readBytes, readHeader } from './curl-options.ts'

/** The arguments and options of `phial replay`. */
export interface ReplayValues {
  readonly file: string
  readonly application: string | undefined
  readonly header: readonly string[]
  readonly toTest: boolean
}

/** Replays a captured request. Throws `CommandError` if the response differs from the captured one. */
export async function replay(values: ReplayValues, program: Program): Promise<void> {
  const headers = values.header.map(readHeader)
  const path = resolve(program.folder, values.file)
  const text = await readBytes(values.file, program.folder)
  const { module, app, file, spec } = await load(values.application ?? program.appName, program)
  const capture = asCommand(() => module.readCapture(text.toString()))
  for (const lack of module.lacks(capture)) program.output.stderr(`${lack}\n`)
  const { picture, answer, error } = await module.replay(app, capture, headers)
  if (values.toTest) {
    if (answer === undefined) throw new CommandError(`No response: ${String(error)}`)
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
    throw new CommandError(`The response differs from the captured one: ${differences.join('; ')}.`)
}

function asCommand<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof TypeError ? new CommandError(error.message) : error
  }
}

/** Writes a test. Throws `CommandError` if the file exists. */
async function write(path: string, text: string, program: Program): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' })
  } catch (error) {
    throw new CommandError(`Cannot write ${basename(path)}: ${(error as Error).message}`)
  }
  program.echo(`Wrote ${relative(program.folder, path)}`)
}
