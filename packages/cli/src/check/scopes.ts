/**
 * Which names are declared around a place in a module, so that a parameter called `urlFor` is not taken for
 * the function of that name.
 */
import type { BindingPattern, Function, ParamPattern, Statement, VisitorObject } from 'oxc-parser'

/** The names that are declared around the node that a visitor is at, innermost last. */
export class Scopes {
  readonly #names: Set<string>[] = []
  readonly #skipped: number

  /** `skipped` scopes from the outside do not count: those in which a template's helpers are declared. */
  constructor(skipped = 0) {
    this.#skipped = skipped
  }

  /** Reports whether a name is declared in a scope around this place. Imports do not count. */
  has(name: string): boolean {
    return this.#names.slice(this.#skipped).some((names) => names.has(name))
  }

  /** Visits the nodes that open a scope. Combine it with the visitor that asks. */
  visitor(): VisitorObject {
    const open = (names: Iterable<string>): void => void this.#names.push(new Set(names))
    const close = (): void => void this.#names.pop()
    const openFunction = (node: Function): void =>
      open([...(node.id === null ? [] : [node.id.name]), ...node.params.flatMap(parameterNames)])
    return {
      Program: ({ body }) => open(body.flatMap(declaredNames)),
      'Program:exit': close,
      BlockStatement: ({ body }) => open(body.flatMap(declaredNames)),
      'BlockStatement:exit': close,
      FunctionDeclaration: openFunction,
      'FunctionDeclaration:exit': close,
      FunctionExpression: openFunction,
      'FunctionExpression:exit': close,
      ArrowFunctionExpression: ({ params }) => open(params.flatMap(parameterNames)),
      'ArrowFunctionExpression:exit': close,
      CatchClause: ({ param }) => open(param === null ? [] : boundNames(param)),
      'CatchClause:exit': close,
      ForStatement: ({ init }) => open(headNames(init)),
      'ForStatement:exit': close,
      ForOfStatement: ({ left }) => open(headNames(left)),
      'ForOfStatement:exit': close,
      ForInStatement: ({ left }) => open(headNames(left)),
      'ForInStatement:exit': close,
    }
  }
}

/** The names that a statement declares. */
function declaredNames(statement: Statement): string[] {
  if (statement.type === 'ExportNamedDeclaration')
    return statement.declaration === null ? [] : declaredNames(statement.declaration)
  if (statement.type === 'VariableDeclaration')
    return statement.declarations.flatMap(({ id }) => boundNames(id))
  const isNamed = statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration'
  return isNamed && statement.id !== null ? [statement.id.name] : []
}

/** The names that the head of a loop declares. */
function headNames(head: { type: string } | null): string[] {
  return head?.type === 'VariableDeclaration' ? declaredNames(head as Statement) : []
}

function parameterNames(parameter: ParamPattern): string[] {
  if (parameter.type === 'RestElement') return boundNames(parameter.argument)
  return boundNames(parameter.type === 'TSParameterProperty' ? parameter.parameter : parameter)
}

/** The names of a pattern: `a`, `{ a, b: [c] }`, `a = 1`. */
export function boundNames(pattern: BindingPattern): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name]
    case 'AssignmentPattern':
      return boundNames(pattern.left)
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) =>
        element === null
          ? []
          : boundNames(element.type === 'RestElement' ? element.argument : element),
      )
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        boundNames(property.type === 'RestElement' ? property.argument : property.value),
      )
  }
}
