/** Finds the calls in a code file that name a route or a template. */
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

/** A call such as `urlFor('post', { id })`, with its arguments as far as they are known statically. */
export interface Call {
  readonly name: string
  readonly args: readonly Value[]
  /** The line number, from 1. */
  readonly line: number
}

/** A code file to search. */
export interface Code {
  /** The path. The extension decides between JavaScript and TypeScript. */
  readonly path: string
  readonly source: string
  /** Names that always count. Other names count only if they are imported from `phial` or called on an app. */
  readonly known?: readonly string[]
  /** The number of outer scopes that declare the known names. Default 0. */
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

/** Marks a namespace import: `import * as phial from 'phial'`. */
const NAMESPACE = '*'

/** Returns the names imported from `phial`, each with its local name. */
export function imported(imports: readonly StaticImport[]): [local: string, name: string][] {
  return imports
    .filter(({ moduleRequest }) => moduleRequest.value === 'phial')
    .flatMap(({ entries }) => entries)
    .map(({ importName, localName }) => [localName.value, importName.name ?? NAMESPACE])
}

/** The known names of a module. */
interface Known {
  /** The exports of `phial`, by local name. */
  readonly names: ReadonlyMap<string, string>
  readonly scopes: Scopes
  /** The variables that hold an app. */
  readonly apps: ReadonlySet<string>
}

/** Returns the name of the called function, such as `urlFor` for `urlFor(…)`, `phial.urlFor(…)` and `app.urlFor(…)`. */
function calledName(callee: Expression, { names, scopes, apps }: Known): string | undefined {
  const nameOf = (local: string): string | undefined =>
    scopes.find(local) === undefined ? names.get(local) : undefined
  if (callee.type === 'Identifier') return nameOf(callee.name)
  if (callee.type !== 'MemberExpression' || callee.computed) return undefined
  const { object, property } = callee
  if (object.type === 'Identifier' && nameOf(object.name) === NAMESPACE) return property.name
  return property.name === 'urlFor' && isApp(object, apps) ? 'urlFor' : undefined
}

/** Reports whether an expression is an app, judged by its name: `app`, `currentApp`, `context.app`. */
function isApp(object: Expression, apps: ReadonlySet<string>): boolean {
  if (object.type === 'Identifier')
    return apps.has(object.name) || /^(app|.*App)$/.test(object.name)
  return (
    object.type === 'MemberExpression' &&
    !object.computed &&
    /^(app|.*App)$/.test(object.property.name)
  )
}
