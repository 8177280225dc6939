/** Finds a layer in the source, because a layer is often an anonymous function that a named function returned. */

/** Access to the source of a layer. Node reads files. On other platforms, the host supplies the sources. */
export interface Sources {
  /** Returns the text of a source file, named as in stack traces: a path or a `file:` URL. Throws if it does not exist. */
  readonly read: (file: string) => string
  /** Rewrites a stack trace so that `read` recognizes its file names, for example those of a bundle. */
  readonly rewriteStack?: (stack: string) => string
}

/** Reads the files of this machine. Without Node, layers have no place. */
export const nodeSources: Sources = {
  read: (file) => {
    const { readFileSync } = globalThis.process.getBuiltinModule('node:fs')
    return readFileSync(file.startsWith('file:') ? new URL(file) : file, 'utf8')
  },
}

/** Frames between the caller and X-ray that do not belong to a layer. */
const PASSED_OVER =
  /node:|\(<anonymous>\)|[\\/]xray[\\/](?:src|dist)[\\/]|[\\/]core[\\/](?:src|dist)[\\/](?:application|trace|driver|call|developer-token)\.[jt]s/
const FRAME = /\(?((?:file:\/\/|\/|[A-Z]:\\)[^()]*?):(\d+):\d+\)?$/
/** Files that are not the user's own. */
const FOREIGN = /[\\/]node_modules[\\/]|[\\/]packages[\\/](?:core|framework|server)[\\/]/

export interface Place {
  /** File and line, such as `middleware.ts:18`. Empty unless it is the user's own code. */
  readonly at: string
  /** The declaration that contains the line, such as `withHeader` or `App › wsgiApp`. Empty if it is unknown. */
  readonly declared: string
}

/** Returns the place of the layer that is calling X-ray, or `undefined` if the stack does not contain it. */
export function placeOfCaller(sources: Sources = nodeSources): Place | undefined {
  const [, path = '', row = ''] = FRAME.exec(ownFrame(sources) ?? '') ?? []
  if (path === '') return undefined
  const [file = ''] = path.split('?')
  const at = FOREIGN.test(file) ? '' : `${basename(file)}:${row}`
  return { at, declared: declaredAt(linesOf(file, sources), Number(row)) }
}

const basename = (file: string): string => decodeURI(file.split(/[\\/]/).at(-1) ?? '')

/**
 * Returns the frame of the layer's own function: the outermost one that X-ray called. Frames above it are functions
 * that it called. Frames below an `await` may belong to other layers, without a frame of X-ray in between.
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

/** Returns the declaration that contains a line: the nearest unindented one above, with the member if it is a class. */
export function declaredAt(lines: readonly string[], row: number): string {
  const above = lines.slice(0, row).toReversed()
  const at = above.findIndex((line) => /^\w/.test(line))
  const [, kind, name = ''] = OUTER.exec(above[at] ?? '') ?? []
  if (kind !== 'class') return name
  const inside = above.slice(0, at).flatMap((line) => MEMBER.exec(line)?.[1] ?? [])
  const member = inside.find((one) => !/^(?:if|for|while|switch|return|await|catch)$/.test(one))
  return member === undefined ? name : `${name} › ${member}`
}
