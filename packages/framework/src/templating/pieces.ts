/** From a template's text to its pieces. Eta reads it. */
import { withCode } from '@phial/core'
import { Eta, EtaParseError } from 'eta/core'
import { TemplateError } from './errors.ts'

/** A piece of a template: text, or what a tag holds. */
export interface Piece {
  readonly kind: 'text' | 'code' | 'print' | 'raw'
  /** Text as it is written between single quotes, or code. */
  readonly code: string
  /** Where it starts and ends. */
  readonly line: number
  readonly lastLine: number
}

const eta = new Eta()
const KINDS: Readonly<Record<string, Piece['kind']>> = { e: 'code', i: 'print', r: 'raw' }

/**
 * The pieces of a template. Eta does not say where a tag's code stands, so it is looked for.
 *
 * Raises `TemplateError` for a tag that is not closed.
 */
export function piecesOf(source: string, file: string): Piece[] {
  let cursor = 0
  let line = 1
  const lineAt = (place: number): number => {
    line += source.slice(cursor, place).split('\n').length - 1
    cursor = place
    return line
  }
  return parse(source, file).map((part): Piece => {
    if (typeof part === 'string') return text(part, line)
    const start = source.indexOf(part.val, source.indexOf('<%', cursor) + 2)
    const first = lineAt(start)
    const last = lineAt(start + part.val.length)
    return { kind: KINDS[part.t] ?? 'code', code: part.val, line: first, lastLine: last }
  })
}

/** Line ends that only JavaScript counts are written as escapes. */
function text(code: string, line: number): Piece {
  const escape = (end: string): string => `\\u${end.charCodeAt(0).toString(16)}`
  return {
    kind: 'text',
    code: code.replaceAll(/[\u2028\u2029]/g, escape),
    line,
    lastLine: line,
  }
}

function parse(source: string, file: string): ReturnType<Eta['parse']> {
  try {
    return eta.parse(source)
  } catch (error) {
    if (!(error instanceof EtaParseError)) throw error
    const [reason = '', line] = error.message.split(/ at line (\d+) col \d+/)
    const cause = new SyntaxError(reason, { cause: error })
    throw withCode(
      'ERR_PHIAL_TEMPLATE_SYNTAX',
      new TemplateError(file, Number(line), source, cause),
    )
  }
}
