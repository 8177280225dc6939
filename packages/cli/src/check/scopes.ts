/**
 * Tracks the names declared around a node of a module, so that a parameter called `urlFor` is not mistaken for the
 * function of that name.
 */
import type {
  BindingPattern,
  Expression,
  Function,
  ParamPattern,
  Statement,
  VisitorObject,
} from 'oxc-parser'

/** A declared name, and its initializer if it has one. */
export interface Declared {
  readonly name: string
  /** `x` of `const name = x` and of `const { key: name } = x`. */
  readonly init?: Expression
  readonly key?: string
}

/** The names declared around the node that is being visited, innermost last. */
export class Scopes {
  readonly #scopes: ReadonlyMap<string, Declared>[] = []
  readonly #skipped: number

  /** The first `skipped` scopes from the outside do not count. In a compiled template, they declare the helpers. */
  constructor(skipped = 0) {
    this.#skipped = skipped
  }

  /** Returns the innermost declaration of a name; `undefined` if there is none. Imports do not count. */
  find(name: string): Declared | undefined {
    return this.#scopes
      .slice(this.#skipped)
      .findLast((names) => names.has(name))
      ?.get(name)
  }

  /** Returns a visitor for the nodes that open a scope. Merge it with the visitor that calls `find`. */
  visitor(): VisitorObject {
    const open = (names: Declared[]): void =>
      void this.#scopes.push(new Map(names.map((one) => [one.name, one])))
    const close = (): void => void this.#scopes.pop()
    const openFunction = (node: Function): void =>
      open([
        ...(node.id === null ? [] : [{ name: node.id.name }]),
        ...node.params.flatMap(ofParameter),
      ])
    return {
      Program: ({ body }) => open(body.flatMap(ofStatement)),
      'Program:exit': close,
      BlockStatement: ({ body }) => open(body.flatMap(ofStatement)),
      'BlockStatement:exit': close,
      FunctionDeclaration: openFunction,
      'FunctionDeclaration:exit': close,
      FunctionExpression: openFunction,
      'FunctionExpression:exit': close,
      ArrowFunctionExpression: ({ params }) => open(params.flatMap(ofParameter)),
      'ArrowFunctionExpression:exit': close,
      CatchClause: ({ param }) => open(param === null ? [] : ofPattern(param)),
      'CatchClause:exit': close,
      ForStatement: ({ init }) => open(ofHead(init)),
      'ForStatement:exit': close,
      ForOfStatement: ({ left }) => open(ofHead(left)),
      'ForOfStatement:exit': close,
      ForInStatement: ({ left }) => open(ofHead(left)),
      'ForInStatement:exit': close,
    }
  }
}

/** Returns the names that a statement declares. */
export function ofStatement(statement: Statement): Declared[] {
  if (statement.type === 'ExportNamedDeclaration')
    return statement.declaration === null ? [] : ofStatement(statement.declaration)
  if (statement.type === 'VariableDeclaration')
    return statement.declarations.flatMap(({ id, init }) => ofPattern(id, init ?? undefined))
  const isNamed = statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration'
  return isNamed && statement.id !== null ? [{ name: statement.id.name }] : []
}

/** Returns the names that the head of a loop declares. */
function ofHead(head: { type: string } | null): Declared[] {
  return head?.type === 'VariableDeclaration' ? ofStatement(head as Statement) : []
}

function ofParameter(parameter: ParamPattern): Declared[] {
  if (parameter.type === 'RestElement') return ofPattern(parameter.argument)
  return ofPattern(parameter.type === 'TSParameterProperty' ? parameter.parameter : parameter)
}

/** Returns the names of a binding pattern: `a`, `{ a, b: [c] }`, `a = 1`. */
function ofPattern(pattern: BindingPattern, init?: Expression): Declared[] {
  switch (pattern.type) {
    case 'Identifier':
      return [{ name: pattern.name, ...(init && { init }) }]
    case 'AssignmentPattern':
      return ofPattern(pattern.left)
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) =>
        element === null
          ? []
          : ofPattern(element.type === 'RestElement' ? element.argument : element),
      )
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) => {
        if (property.type === 'RestElement') return ofPattern(property.argument)
        const { key, value, computed } = property
        const bare = value.type === 'AssignmentPattern' ? value.left : value
        const isPlain = bare.type === 'Identifier' && key.type === 'Identifier' && !computed
        return isPlain && init ? [{ name: bare.name, init, key: key.name }] : ofPattern(value)
      })
  }
}
