/** What goes wrong with templates. */

/** What errors call a template that was given as text. */
export const FROM_STRING = 'a template from a string'

/** There is no template of that name. The message says where it was looked for. */
export class TemplateNotFound extends Error {
  override name = 'TemplateNotFound'
}

/** A template failed. The message names its file and line, and shows it; `cause` is what happened there. */
export class TemplateError extends Error {
  override name = 'TemplateError'
  readonly file: string
  readonly line: number | undefined
  /** A few lines of the template, the one that failed marked with `>`. */
  readonly frame: string

  constructor(file: string, line: number | undefined, source: string, cause: unknown) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    const place = line === undefined ? file : `${file}:${line}`
    const frame = excerpt(source, line)
    super(`${place}: ${reason}\n${frame}`, { cause })
    this.file = file
    this.line = line
    this.frame = frame
  }
}

/** A few lines of a template around one of them. */
function excerpt(source: string, line: number | undefined): string {
  if (line === undefined) return ''
  const first = Math.max(line - 3, 0)
  const lines = source.split(/\r\n|\n|\r/).slice(first, line + 2)
  const marked = lines.map((text, index) => {
    const number = first + index + 1
    return `${number === line ? '>' : ' '} ${String(number).padStart(4)} | ${text}`
  })
  return marked.join('\n')
}
