/** `phial xray`: draws one request to an application in the terminal. */
import { CommandError } from 'phial'
import { type Program, UsageError } from 'phial/tools'
import { load } from './load.ts'
import { readData, readHeader } from './curl-options.ts'

/** The arguments and options of `phial xray`. */
export interface XrayValues {
  readonly application: string
  readonly method: string
  readonly path: string
  readonly header: readonly string[]
  readonly data: readonly string[]
  readonly json: boolean
}

/** Draws a request. Throws `CommandError` if the application cannot be loaded or does not respond. */
export async function xray(values: XrayValues, program: Program): Promise<void> {
  const { application, method, path, json } = values
  if (!path.startsWith('/'))
    throw new UsageError(
      `${path} is not a path. Pass an application, a method and a path, as in phial xray app GET /hello.`,
    )
  const headers = values.header.map(readHeader)
  const body = await readData(values.data, program.folder)
  if (body !== undefined && !headers.some(([name]) => /^content-type$/i.test(name)))
    headers.push(['Content-Type', 'application/x-www-form-urlencoded'])
  const { module, app } = await load(application, program)
  const sent = { method, path, headers, ...(body !== undefined && { body }) }
  const { picture, error } = await module.record(app, sent)
  program.output.stdout(
    json ? `${JSON.stringify(picture, undefined, 2)}\n` : module.drawText(picture),
  )
  if (error !== undefined) throw new CommandError(`No response: ${String(error)}`)
}
