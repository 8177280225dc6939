/** The calls in a file of code that name a route or a template. */
import {
  type CallExpression,
  type Expression,
  parseSync,
  type StaticImport,
  type VariableDeclarator,
  Visitor,
} from 'oxc-parser'
import { Scopes } from './scopes.ts'
import { type Value, valueOf } from './values.ts'

/** `urlFor('post', { id })`, as it is written in the code. */
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
  /** Names that count wherever they come from; others have to be imported from `phial`, or called on an app. */
  readonly known?: readonly string[]
  /** How many scopes around the code declare the known names. Default 0. */
  readonly skipped?: number
}

const WANTED = new Set(['urlFor', 'renderTemplate', 'streamTemplate', 'include', 'layout'])

/** Returns every call of a wanted name, in order. Code that does not parse has no calls. */
export function callsIn({ path, source, known = [], skipped = 0 }: Code): Call[] {
  const { program, module, errors } = parseSync(path, source)
  if (errors.length > 0) return []
  const names = new Map([
    ...known.map((name) => [name, name] as const),
    ...imported(module.staticImports),
  ])
  const scopes = new Scopes(skipped)
  const apps = new Set<string>()
  const calls: Call[] = []
  const VariableDeclarator = ({ id, init }: VariableDeclarator): void => {
    if (init?.type !== 'NewExpression' || init.callee.type !== 'Identifier') return
    if (id.type === 'Identifier' && names.get(init.callee.name) === 'Phial') apps.add(id.name)
  }
  const CallExpression = (node: CallExpression): void => {
    const name = calledName(node.callee, { names, scopes, apps })
    if (name === undefined || !WANTED.has(name)) return
    const line = source.slice(0, node.start).split('\n').length
    calls.push({ name, args: node.arguments.map(valueOf), line })
  }
  new Visitor({ ...scopes.visitor(), VariableDeclarator, CallExpression }).visit(program)
  return calls
}

/** What a namespace import is called: `import * as phial from 'phial'`. */
const NAMESPACE = '*'

/** The names that are imported from `phial`, by those that the module gives them. */
export function imported(imports: readonly StaticImport[]): [local: string, name: string][] {
  return imports
    .filter(({ moduleRequest }) => moduleRequest.value === 'phial')
    .flatMap(({ entries }) => entries)
    .map(({ importName, localName }) => [localName.value, importName.name ?? NAMESPACE])
}

/** What names stand for. */
interface Known {
  /** The names of `phial`, by what they are called here. */
  readonly names: ReadonlyMap<string, string>
  readonly scopes: Scopes
  /** The variables that hold an app. */
  readonly apps: ReadonlySet<string>
}

/** `urlFor` of `urlFor(…)`, `phial.urlFor(…)` and `app.urlFor(…)`. */
function calledName(callee: Expression, { names, scopes, apps }: Known): string | undefined {
  const nameOf = (local: string): string | undefined =>
    scopes.find(local) === undefined ? names.get(local) : undefined
  if (callee.type === 'Identifier') return nameOf(callee.name)
  if (callee.type !== 'MemberExpression' || callee.computed) return undefined
  const { object, property } = callee
  if (object.type === 'Identifier' && nameOf(object.name) === NAMESPACE) return property.name
  return property.name === 'urlFor' && isApp(object, apps) ? 'urlFor' : undefined
}

/** Whether an expression is an app, as far as its name says: `app`, `currentApp`, `context.app`. */
function isApp(object: Expression, apps: ReadonlySet<string>): boolean {
  if (object.type === 'Identifier')
    return apps.has(object.name) || /^(app|.*App)$/.test(object.name)
  return (
    object.type === 'MemberExpression' &&
    !object.computed &&
    /^(app|.*App)$/.test(object.property.name)
  )
}
