/** Formats the debug page as plain text for terminals, and as problem details for programs. RFC 9457 */
import type { Report } from './report.ts'
import type { Frame, Trace } from './traceback.ts'

/** Returns the page as text, for `curl` and for logs. */
export function asText({ request, trace }: Report): string {
  return [...(request === undefined ? [] : [request, '']), ...traceLines(trace), ''].join('\n')
}

function traceLines(trace: Trace): string[] {
  const shown = trace.frames.find(({ isApp }) => isApp) ?? trace.frames[0]
  const frames = trace.frames.flatMap((frame) => [
    `    at ${frame.where === '' ? '' : `${frame.where} `}(${placeOf(frame)})`,
    ...(frame === shown ? sourceLines(frame) : []),
  ])
  const causes = trace.causes.flatMap((cause) => {
    const [first = '', ...rest] = traceLines(cause)
    return [`Caused by: ${first}`, ...rest]
  })
  return [headline(trace), ...frames, ...helpLines(trace), ...causes]
}

function helpLines({ code, help }: Trace): string[] {
  if (help === undefined) return []
  return ['', help.means, help.remedy, `phial explain ${code ?? ''}`]
}

function headline({ name, message }: Trace): string {
  return `${name}: ${message}`
}

function placeOf({ file, line, column }: Frame): string {
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`
}

function sourceLines({ source, line }: Frame): string[] {
  return source.map(
    ({ number, text }) =>
      `      ${number === line ? '>' : ' '} ${String(number).padStart(4)} | ${text}`,
  )
}

/** Returns the page as problem details, with the error and its stack frames. */
export function asProblem(report: Report): string {
  const { trace, request } = report
  const problem = {
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    detail: headline(trace),
    request,
    error: members(trace),
  }
  return JSON.stringify(problem, undefined, 2)
}

function members({ name, message, code, frames, causes }: Trace): object {
  return {
    name,
    message,
    code,
    stack: frames.map((frame) => ({ at: placeOf(frame), in: frame.where })),
    ...(causes.length > 0 && { causes: causes.map(members) }),
  }
}
