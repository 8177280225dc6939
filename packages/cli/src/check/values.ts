/** Evaluates expressions statically, as far as possible. */
import type { Argument, Expression } from 'oxc-parser'

/** A statically known value. */
export type Value =
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  /** `isWhole` is true if all of its names are known. */
  | {
      readonly kind: 'object'
      readonly entries: ReadonlyMap<string, Value>
      readonly isWhole: boolean
    }
  | { readonly kind: 'unknown' }

const UNKNOWN: Value = { kind: 'unknown' }

/** Returns the value of an expression. */
export function valueOf(node: Argument | Expression | undefined): Value {
  switch (node?.type) {
    case 'Literal':
      return { kind: 'literal', value: node.value }
    case 'TemplateLiteral':
      return node.expressions.length === 0
        ? { kind: 'literal', value: node.quasis[0]?.value.cooked ?? '' }
        : UNKNOWN
    case 'ArrayExpression':
      return listOf(node.elements)
    case 'ObjectExpression':
      return objectOf(node.properties)
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'ParenthesizedExpression':
      return valueOf(node.expression)
    default:
      return UNKNOWN
  }
}

/** Returns the string of a value; `undefined` if it is not a string. */
export function textOf(value: Value | undefined): string | undefined {
  return value?.kind === 'literal' && typeof value.value === 'string' ? value.value : undefined
}

type ArrayOf = Extract<Expression, { type: 'ArrayExpression' }>['elements']
type ObjectOf = Extract<Expression, { type: 'ObjectExpression' }>['properties']

function listOf(elements: ArrayOf): Value {
  const items = elements.map((element) =>
    element === null || element.type === 'SpreadElement' ? UNKNOWN : valueOf(element),
  )
  return { kind: 'list', items }
}

function objectOf(properties: ObjectOf): Value {
  const entries = new Map<string, Value>()
  for (const property of properties) {
    const name = nameOf(property)
    if (name !== undefined && property.type === 'Property')
      entries.set(name, valueOf(property.value))
  }
  return { kind: 'object', entries, isWhole: properties.every((one) => nameOf(one) !== undefined) }
}

/** Returns the name of a property; `undefined` if it is computed. */
function nameOf(property: ObjectOf[number]): string | undefined {
  if (property.type !== 'Property' || property.computed) return undefined
  const { key } = property
  if (key.type === 'Identifier') return key.name
  return key.type === 'Literal' ? String(key.value) : undefined
}
