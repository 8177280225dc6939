/** The calls in a file of code that name a route or a template. */
import { type CallExpression, parseSync, Visitor } from 'oxc-parser'
import { type Value, valueOf } from './values.ts'

/** `urlFor('post', { id })`, as it stands in the code. */
export interface Call {
  readonly name: string
  readonly args: readonly Value[]
  /** The line of the code, from 1. */
  readonly line: number
}

/** Where calls are looked for. */
export interface Code {
  /** Its path, which says what language it is in. */
  readonly path: string
  readonly source: string
  /** Names that count wherever they come from; others have to be imported from `phial`, or called on an object. */
  readonly known?: readonly string[]
}

const WANTED = new Set(['urlFor', 'renderTemplate', 'streamTemplate', 'include', 'layout'])

/** Every call of a wanted name, in order. Code that is none has no calls. */
export function callsIn({ path, source, known = [] }: Code): Call[] {
  const { program, module, errors } = parseSync(path, source)
  if (errors.length > 0) return []
  const names = new Map(known.map((name) => [name, name]))
  for (const { moduleRequest, entries } of module.staticImports) {
    if (moduleRequest.value !== 'phial') continue
    for (const { importName, localName } of entries) {
      if (typeof importName.name === 'string') names.set(localName.value, importName.name)
    }
  }
  const calls: Call[] = []
  const CallExpression = (node: CallExpression): void => {
    const name = calledName(node, names)
    if (name === undefined || !WANTED.has(name)) return
    const line = source.slice(0, node.start).split('\n').length
    calls.push({ name, args: node.arguments.map(valueOf), line })
  }
  new Visitor({ CallExpression }).visit(program)
  return calls
}

/** `urlFor` of `urlFor(…)`, if it is Phial's, and of `app.urlFor(…)`. */
function calledName(
  { callee }: CallExpression,
  names: ReadonlyMap<string, string>,
): string | undefined {
  if (callee.type === 'Identifier') return names.get(callee.name)
  const isMember = callee.type === 'MemberExpression' && !callee.computed
  return isMember && callee.property.name === 'urlFor' ? 'urlFor' : undefined
}
