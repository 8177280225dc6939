/** Finds the platform's `Response` used by mistake for Phial's, which sends strings as HTML. */
import { type Argument, type NewExpression, parseSync, Visitor } from 'oxc-parser'
import { imported } from './calls.ts'
import { Scopes } from './scopes.ts'
import { valueOf } from './values.ts'

/**
 * Returns the line of each `new Response(text)` without a `Content-Type`, if the module does not import `Response`.
 * The platform's class sends the text as `text/plain`.
 */
export function platformResponses(path: string, source: string): number[] {
  const { program, module, errors } = parseSync(path, source)
  const locals = module.staticImports.flatMap(({ entries }) =>
    entries.map(({ localName }) => localName.value),
  )
  const isApps = imported(module.staticImports).length > 0
  if (errors.length > 0 || !isApps || locals.includes('Response')) return []
  const scopes = new Scopes()
  const lines: number[] = []
  const NewExpression = ({ callee, arguments: args, start }: NewExpression): void => {
    const isResponse = callee.type === 'Identifier' && callee.name === 'Response'
    if (
      !isResponse ||
      scopes.find('Response') !== undefined ||
      !isText(args[0]) ||
      setsType(args[1])
    )
      return
    lines.push(source.slice(0, start).split('\n').length)
  }
  new Visitor({ ...scopes.visitor(), NewExpression }).visit(program)
  return lines
}

function isText(body: Argument | undefined): boolean {
  return (
    body?.type === 'TemplateLiteral' ||
    (body?.type === 'Literal' && typeof body.value === 'string') ||
    (body?.type === 'BinaryExpression' && body.operator === '+')
  )
}

/** Reports whether the options of a response may set its type: they have headers, or are not a literal. */
function setsType(options: Argument | undefined): boolean {
  if (options === undefined) return false
  const value = valueOf(options)
  return value.kind !== 'object' || !value.isWhole || value.entries.has('headers')
}
