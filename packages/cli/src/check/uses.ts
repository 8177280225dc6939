/** Finds the data that a template uses: `it.title`, and fields of forms. */
import {
  type CallExpression,
  type Expression,
  type MemberExpression,
  parseSync,
  type VariableDeclarator,
  Visitor,
} from 'oxc-parser'
import { Scopes } from './scopes.ts'
import { textOf, valueOf } from './values.ts'

/** A used name of the data, or a field of the form with that name. */
export interface Use {
  readonly name: string
  readonly field: string | undefined
  /** The line number, from 1. */
  readonly line: number
}

/** The form methods whose first argument is the name of a field. */
const OF_FIELD = new Set(['input', 'textarea', 'select', 'label', 'error', 'errors', 'value'])

/** Returns the data that a compiled template uses, in order. For `skipped`, see {@link Scopes}. */
export function usesIn(source: string, skipped: number): Use[] {
  const { program, errors } = parseSync('template.js', source)
  if (errors.length > 0) return []
  const scopes = new Scopes(skipped)
  const uses: Use[] = []
  const lineAt = (start: number): number => source.slice(0, start).split('\n').length
  const isData = (node: Expression): boolean =>
    node.type === 'Identifier' && node.name === 'it' && scopes.find('it') === undefined
  /** Returns `form` for `it.form`, and for a variable that holds it. */
  const nameOf = (node: Expression): string | undefined => {
    if (node.type === 'MemberExpression')
      return !node.computed && isData(node.object) ? node.property.name : undefined
    if (node.type !== 'Identifier') return undefined
    const { init, key } = scopes.find(node.name) ?? {}
    if (init === undefined) return undefined
    if (key !== undefined) return isData(init) ? key : undefined
    return init.type === 'MemberExpression' ? nameOf(init) : undefined
  }
  new Visitor({
    ...scopes.visitor(),
    MemberExpression(node: MemberExpression) {
      const name = nameOf(node)
      if (name !== undefined) uses.push({ name, field: undefined, line: lineAt(node.start) })
    },
    VariableDeclarator({ id, init }: VariableDeclarator) {
      if (id.type !== 'ObjectPattern' || init === null || !isData(init)) return
      for (const property of id.properties)
        if (property.type === 'Property' && property.key.type === 'Identifier')
          uses.push({ name: property.key.name, field: undefined, line: lineAt(property.start) })
    },
    CallExpression({ callee, arguments: [first], start }: CallExpression) {
      if (callee.type !== 'MemberExpression' || callee.computed) return
      const [name, field] = [nameOf(callee.object), textOf(valueOf(first))]
      if (name !== undefined && field !== undefined && OF_FIELD.has(callee.property.name))
        uses.push({ name, field, line: lineAt(start) })
    },
  }).visit(program)
  return uses
}
