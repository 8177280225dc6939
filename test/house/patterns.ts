/** Reads the regular expressions in a source file, as far as they are known statically. */
import { type Argument, parseSync, type Program, Visitor } from 'oxc-parser'

export interface Pattern {
  readonly path: string
  readonly line: number
  /** The source text: a literal, or the argument of `RegExp`. */
  readonly text: string
  /** `undefined` if it is known only at run time. */
  readonly source: string | undefined
  readonly flags: string
}

/** Strings and patterns by the name of their constant. Other patterns are composed of them. */
export type Constants = ReadonlyMap<string, string>

/** Returns the constants of a source file that are strings or patterns, in addition to known ones. */
export function constantsOf(path: string, text: string, known: Constants): Constants {
  const own = new Map(known)
  new Visitor({
    VariableDeclarator({ id, init }) {
      const value = init === null ? undefined : fold(init, own)
      if (id.type === 'Identifier' && value !== undefined) own.set(id.name, value)
    },
  }).visit(programOf(path, text))
  return own
}

/** Evaluates a string, a template or a concatenation. */
function fold(node: Argument, known: Constants): string | undefined {
  if (node.type === 'Literal' && 'regex' in node) return node.regex.pattern
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined
  if (node.type === 'Identifier') return known.get(node.name)
  if (node.type === 'BinaryExpression' && node.operator === '+')
    return join([fold(node.left, known), fold(node.right, known)])
  if (node.type !== 'TemplateLiteral') return undefined
  return join(
    node.quasis.flatMap(({ value }, at) => {
      const inside = node.expressions[at]
      return [value.cooked ?? undefined, inside === undefined ? '' : fold(inside, known)]
    }),
  )
}

const join = (parts: readonly (string | undefined)[]): string | undefined =>
  parts.includes(undefined) ? undefined : parts.join('')

function programOf(path: string, text: string): Program {
  const { program, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path} cannot be parsed`)
  return program
}

/** Returns all regular expressions of a source file: literals and calls of `RegExp`. */
export function patternsOf(path: string, text: string, known: Constants): Pattern[] {
  const found: Pattern[] = []
  const constants = constantsOf(path, text, known)
  const lineAt = (start: number): number => text.slice(0, start).split('\n').length
  const made = ([pattern, flags]: readonly Argument[], start: number): void => {
    if (pattern === undefined) return
    found.push({
      path,
      line: lineAt(start),
      text: text.slice(pattern.start, pattern.end),
      source: fold(pattern, constants),
      flags: (flags && fold(flags, constants)) ?? '',
    })
  }
  new Visitor({
    Literal(node) {
      if (!('regex' in node)) return
      const { pattern: source, flags } = node.regex
      found.push({ path, line: lineAt(node.start), text: `/${source}/${flags}`, source, flags })
    },
    NewExpression({ callee, arguments: args, start }) {
      if (callee.type === 'Identifier' && callee.name === 'RegExp') made(args, start)
    },
    CallExpression({ callee, arguments: args, start }) {
      if (callee.type === 'Identifier' && callee.name === 'RegExp') made(args, start)
    },
  }).visit(programOf(path, text))
  return found
}
