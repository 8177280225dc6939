/** Which function a layer is, found in the source: a layer is often one without a name, made by one that has one. */

/** How the source of a layer is found. Node reads files; elsewhere the host knows the sources. */
export interface Sources {
  /** The text of a source file, by the name that stack traces give it: a path or a `file:` URL. Throws if there is none. */
  readonly read: (file: string) => string
  /** Rewrites a stack trace whose names of files say less than `read` wants to know, such as those of a bundle. */
  readonly rewriteStack?: (stack: string) => string
}

/** Reads the files of this machine. Where there is no Node, no layer has a place. */
export const nodeSources: Sources = {
  read: (file) => {
    const { readFileSync } = globalThis.process.getBuiltinModule('node:fs')
    return readFileSync(file.startsWith('file:') ? new URL(file) : file, 'utf8')
  },
}

/** Frames that say how a call came about, not who made it. */
const PASSED_OVER =
  /node:|\(<anonymous>\)|[\\/]xray[\\/](?:src|dist)[\\/]|[\\/]core[\\/](?:src|dist)[\\/](?:application|trace|driver|call|developer-token)\.[jt]s/
const FRAME = /\(?((?:file:\/\/|\/|[A-Z]:\\)[^()]*?):(\d+):\d+\)?$/
/** Source that is not the user's own. */
const FOREIGN = /[\\/]node_modules[\\/]|[\\/]packages[\\/](?:core|framework|server)[\\/]/

export interface Place {
  /** `middleware.ts:18`. Empty where it is not the user's own. */
  readonly at: string
  /** What was declared there: `withHeader`, `App › wsgiApp`. Empty if that cannot be seen. */
  readonly declared: string
}

/** Where the layer is that calls X-ray; `undefined` if that cannot be seen. */
export function placeOfCaller(sources: Sources = nodeSources): Place | undefined {
  const [, path = '', row = ''] = FRAME.exec(ownFrame(sources) ?? '') ?? []
  if (path === '') return undefined
  const [file = ''] = path.split('?')
  const at = FOREIGN.test(file) ? '' : `${basename(file)}:${row}`
  return { at, declared: declaredAt(linesOf(file, sources), Number(row)) }
}

const basename = (file: string): string => decodeURI(file.split(/[\\/]/).at(-1) ?? '')

/**
 * The layer's own function is the last one before X-ray called it; those that it called came after. Beyond an
 * `await` there may be other layers, with nothing of X-ray in between.
 */
function ownFrame({ rewriteStack }: Sources): string | undefined {
  const text = stack()
  const all = (rewriteStack?.(text) ?? text).split('\n').slice(1)
  const called = all.findIndex((frame) => frame.includes('#during '))
  const frames = called === -1 ? all : all.slice(0, called)
  const first = frames.findIndex((frame) => !PASSED_OVER.test(frame))
  if (first === -1) return undefined
  const rest = frames.slice(first)
  const isBeyond = (frame: string): boolean =>
    frame.includes(' at async ') || (called === -1 && PASSED_OVER.test(frame))
  const end = rest.slice(1).findIndex(isBeyond)
  const own = end === -1 ? rest : rest.slice(0, end + 1)
  return own.findLast((frame) => !PASSED_OVER.test(frame))
}

function stack(): string {
  const holder = { stack: '' }
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 50
  Error.captureStackTrace(holder)
  const text = holder.stack
  Error.stackTraceLimit = stackTraceLimit
  return text
}

function linesOf(file: string, sources: Sources): string[] {
  try {
    return sources.read(file).split('\n')
  } catch {
    return []
  }
}

const OUTER =
  /^(?:export )?(?:default )?(?:async )?(?:abstract )?(const|let|function\*?|class) ([\w$]+)/
const MEMBER =
  /^(?: {2}| {4}|\t)(?:(?:static|readonly|async|get|override|public|private) )*\*?(#?[\w$]+)\s*[(:=<]/

/** The declaration that a line of source stands in: that of the nearest line above that is not indented, and of a class its member. */
export function declaredAt(lines: readonly string[], row: number): string {
  const above = lines.slice(0, row).toReversed()
  const at = above.findIndex((line) => /^\w/.test(line))
  const [, kind, name = ''] = OUTER.exec(above[at] ?? '') ?? []
  if (kind !== 'class') return name
  const inside = above.slice(0, at).flatMap((line) => MEMBER.exec(line)?.[1] ?? [])
  const member = inside.find((one) => !/^(?:if|for|while|switch|return|await|catch)$/.test(one))
  return member === undefined ? name : `${name} › ${member}`
}
