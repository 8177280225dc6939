/** What templates are rendered with, as far as the code of an app says: the names of the data, the fields of forms. */
import { dirname, resolve } from 'node:path'
import { readFileSync } from 'node:fs'
import {
  type Argument,
  type CallExpression,
  type Expression,
  parseSync,
  type StaticImport,
  Visitor,
} from 'oxc-parser'
import { imported } from './calls.ts'
import { ofStatement, Scopes } from './scopes.ts'
import { textOf, valueOf } from './values.ts'

/** One `renderTemplate('post', { post, form })`, or one context processor, which is for every template. */
export interface Rendering {
  /** As it is written; `undefined` for every template. */
  readonly template: string | undefined
  /** The names of the data, each with the fields of its form if it is one whose schema is written out; `undefined` if the data is not written out. */
  readonly data: ReadonlyMap<string, readonly string[] | undefined> | undefined
}

/** Returns the renderings in a module, in order. */
export function renderingsIn(path: string, source: string): Rendering[] {
  const { program, module, errors } = parseSync(path, source)
  if (errors.length > 0) return []
  const names = new Map(imported(module.staticImports))
  const scopes = new Scopes()
  const find: Find = (name) =>
    scopes.find(name)?.init ?? importedInit(name, path, module.staticImports)
  const found: Rendering[] = []
  const CallExpression = ({ callee, arguments: args }: CallExpression): void => {
    const [first, second] = args
    const name = callee.type === 'Identifier' ? names.get(callee.name) : undefined
    if (name === 'renderTemplate' || name === 'streamTemplate') {
      const value = valueOf(first)
      const templates = value.kind === 'list' ? value.items.map(textOf) : [textOf(value)]
      const data = second === undefined ? new Map<string, undefined>() : dataOf(second, find)
      for (const template of templates) if (template !== undefined) found.push({ template, data })
    } else if (isContextProcessor(callee)) {
      found.push({ template: undefined, data: first && dataOf(returned(first), find) })
    }
  }
  new Visitor({ ...scopes.visitor(), CallExpression }).visit(program)
  return found
}

/** Returns what a name stands for at the place that is looked at, if that is written out. */
type Find = (name: string) => Expression | undefined

function isContextProcessor(callee: Expression): boolean {
  return (
    callee.type === 'MemberExpression' &&
    !callee.computed &&
    /^(app)?contextProcessor$/i.test(callee.property.name)
  )
}

/** What an arrow function of one expression returns; any other function is left as it is. */
function returned(node: Argument): Argument {
  if (node.type !== 'ArrowFunctionExpression' || node.body.type === 'BlockStatement') return node
  return node.body.type === 'ParenthesizedExpression' ? node.body.expression : node.body
}

function dataOf(node: Argument, find: Find): Rendering['data'] {
  const value = valueOf(node)
  if (value.kind !== 'object' || !value.isWhole || node.type !== 'ObjectExpression')
    return undefined
  const fields = node.properties.flatMap((property) => {
    if (property.type !== 'Property' || property.key.type !== 'Identifier') return []
    return [[property.key.name, fieldsOfForm(property.value, find)] as const]
  })
  return new Map([
    ...[...value.entries.keys()].map((name) => [name, undefined] as const),
    ...fields,
  ])
}

/** The fields of `await request.form(schema)`, or of a variable that holds it. */
function fieldsOfForm(node: Expression, find: Find): readonly string[] | undefined {
  const form = node.type === 'Identifier' ? find(node.name) : node
  const call = form?.type === 'AwaitExpression' ? form.argument : undefined
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return undefined
  const { callee } = call
  const isForm = !callee.computed && callee.property.name === 'form'
  return isForm ? fieldsOfSchema(call.arguments[0], find) : undefined
}

/** Methods of a schema that leave its fields as they are. */
const SAME =
  /^(refine|superRefine|check|strict|strip|loose|passthrough|partial|required|describe|meta|readonly|brand|transform|overwrite)$/

/** The fields of `z.object({ … })`, with methods after it, and of `v.pipe(v.object({ … }), …)`. */
function fieldsOfSchema(node: Argument | undefined, find: Find): readonly string[] | undefined {
  if (node?.type === 'Identifier') return fieldsOfSchema(find(node.name), find)
  if (node?.type !== 'CallExpression') return undefined
  const { callee, arguments: args } = node
  const name =
    callee.type === 'Identifier'
      ? callee.name
      : callee.type === 'MemberExpression' && !callee.computed
        ? callee.property.name
        : ''
  if (/^(strict|loose)?object$/i.test(name)) return keysOf(args[0])
  if (name === 'pipe' && args[0]?.type === 'CallExpression') return fieldsOfSchema(args[0], find)
  if (callee.type !== 'MemberExpression') return undefined
  if (SAME.test(name)) return fieldsOfSchema(callee.object, find)
  const before = name === 'extend' ? fieldsOfSchema(callee.object, find) : undefined
  const added = name === 'extend' ? keysOf(args[0]) : undefined
  return before && added && [...before, ...added]
}

function keysOf(node: Argument | undefined): string[] | undefined {
  const value = valueOf(node)
  return value.kind === 'object' && value.isWhole ? [...value.entries.keys()] : undefined
}

/** What another module of the app exports by the name that is imported here. */
function importedInit(
  local: string,
  path: string,
  imports: readonly StaticImport[],
): Expression | undefined {
  for (const { moduleRequest, entries } of imports) {
    const entry = entries.find(({ localName }) => localName.value === local)
    if (entry === undefined || !moduleRequest.value.startsWith('.')) continue
    const file = resolve(dirname(path), moduleRequest.value)
    try {
      const { program } = parseSync(file, readFileSync(file, 'utf8'))
      const exported = program.body.filter(({ type }) => type === 'ExportNamedDeclaration')
      return exported.flatMap(ofStatement).find(({ name }) => name === entry.importName.name)?.init
    } catch {
      return undefined // written with another ending, or not a file
    }
  }
  return undefined
}
