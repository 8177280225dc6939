/** Finds the data that an app's code renders templates with: its names, and the fields of forms. */
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

/** A call such as `renderTemplate('post', { post, form })`, or a context processor, which applies to every template. */
export interface Rendering {
  /** The template name in the code; `undefined` for every template. */
  readonly template: string | undefined
  /** The names of the data, each with the fields of its form if its schema is a literal; `undefined` if the data is not a literal. */
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

/** Returns the initializer of a name in the current scope, if it is in the code. */
type Find = (name: string) => Expression | undefined

function isContextProcessor(callee: Expression): boolean {
  return (
    callee.type === 'MemberExpression' &&
    !callee.computed &&
    /^(app)?contextProcessor$/i.test(callee.property.name)
  )
}

/** Returns the expression of an arrow function without a block; any other node unchanged. */
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

/** Returns the fields of `await request.form(schema)`, or of a variable that holds the result. */
function fieldsOfForm(node: Expression, find: Find): readonly string[] | undefined {
  const form = node.type === 'Identifier' ? find(node.name) : node
  const call = form?.type === 'AwaitExpression' ? form.argument : undefined
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return undefined
  const { callee } = call
  const isForm = !callee.computed && callee.property.name === 'form'
  return isForm ? fieldsOfSchema(call.arguments[0], find) : undefined
}

/** Schema methods that do not change the fields. */
const KEEPS_FIELDS =
  /^(refine|superRefine|check|strict|strip|loose|passthrough|partial|required|describe|meta|readonly|brand|transform|overwrite)$/

/** Returns the fields of `z.object({ … })`, with chained methods, and of `v.pipe(v.object({ … }), …)`. */
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
  if (KEEPS_FIELDS.test(name)) return fieldsOfSchema(callee.object, find)
  const before = name === 'extend' ? fieldsOfSchema(callee.object, find) : undefined
  const added = name === 'extend' ? keysOf(args[0]) : undefined
  return before && added && [...before, ...added]
}

function keysOf(node: Argument | undefined): string[] | undefined {
  const value = valueOf(node)
  return value.kind === 'object' && value.isWhole ? [...value.entries.keys()] : undefined
}

/** Returns the export of another module of the app that a local name imports. */
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
      return undefined // another extension, or not a file
    }
  }
  return undefined
}
