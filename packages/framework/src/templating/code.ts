/**
 * From a template's pieces to JavaScript, line by line as the template has them, so that stacks and
 * debuggers show the template's lines.
 */
import type { Piece } from './pieces.ts'

/** How the code is to be. */
export interface CodeOptions {
  /** Names that are there beside the helpers. */
  readonly atHand: readonly string[]
  /** Whether `<%= %>` escapes. */
  readonly escapes: boolean
  /** Whether undefined values are noted. */
  readonly notes: boolean
  /** For a template that can be left on its way: the lines of code where it cannot. Without, it runs at once. */
  readonly held: ReadonlySet<number> | undefined
}

/** What was written, and on which line of it each piece starts. */
export interface Code {
  readonly text: string
  readonly starts: readonly number[]
}

/** What a template may call. Each is a method of the page. */
export const HELPERS: readonly string[] = ['include', 'layout', 'block', 'output', 'capture']

/** The body of a function of `__eta`, the page, and `it`, the data; stepwise, it returns a generator. */
export function writeCode(pieces: readonly Piece[], options: CodeOptions): Code {
  const [body, starts] = writeBody(pieces, options)
  const whole = `try{${body}\n}catch(e){throw __eta.fail(e)}`
  const work = options.held === undefined ? whole : `return (async function*(){${whole}})()`
  return { text: header(pieces, options.atHand) + work, starts }
}

/** The names that the template speaks of, on one line. */
function header(pieces: readonly Piece[], atHand: readonly string[]): string {
  const codes = pieces.filter(({ kind }) => kind !== 'text').map(({ code }) => code)
  const words = new Set(codes.join('\n').match(/[\w$]+/g))
  const helpers = HELPERS.filter((name) => words.has(name)).map(helper)
  return `const {${atHand.filter((name) => words.has(name)).join()}}=__eta.atHand;${helpers.join('')}`
}

function helper(name: string): string {
  if (name === 'include') return 'const include=(name,data)=>__eta.include(it,name,data);'
  return `const ${name}=(a,b)=>__eta.${name}(a,b);`
}

function writeBody(pieces: readonly Piece[], options: CodeOptions): [string, number[]] {
  let text = ''
  let line = 1
  const starts = pieces.map((piece, index) => {
    const gap = Math.max(piece.line - line, 0)
    const start = line + gap
    const statement = writePiece(piece, index, options, isFree(piece, start, options.held))
    text += '\n'.repeat(gap) + statement
    line = start + statement.split('\n').length - 1
    return start
  })
  return [text, starts]
}

/** Whether a template may be left at a piece: on none of its lines, and of what ends them, it was refused. */
function isFree(
  { kind, line, lastLine }: Piece,
  start: number,
  held: ReadonlySet<number> | undefined,
): boolean {
  if (held === undefined) return false
  const end = kind === 'text' ? start : start + lastLine - line + 1
  for (let at = start; at <= end; at += 1) if (held.has(at)) return false
  return true
}

/** Whether a tag is the place of the page in its layout. */
export function isBody({ kind, code }: Piece): boolean {
  return (kind === 'print' || kind === 'raw') && code === 'it.body'
}

/** A whole tag that is one call of `include`. */
const INCLUDE = /^include\s*\([^()]*(?:\([^()]*\)[^()]*)*\)$/

/** Code that goes on where the tag before it ended, so that nothing may come between. */
const CONTINUES = /^(?:else|case|default|while)\b/

/** Code that is no statement's end, or marks it. Any other needs the end of a line. */
const GOES_ON = /^\}$|^(?!.*\/\/).*[{;:]$/

/** A value that goes on after the tag: `<%~ block('title', () => { %>`. */
const IS_OPEN = /(?:[{([,]|=>)$/

/** One piece. `leaves` says whether the template may be left there. */
function writePiece(piece: Piece, at: number, options: CodeOptions, leaves: boolean): string {
  const { kind, code } = piece
  if (kind === 'text') return put(`'${code}'`, leaves)
  if (kind === 'code') {
    const ended = `${code}${GOES_ON.test(code) ? ' ' : '\n'}`
    return CONTINUES.test(code) ? ended : `__eta.at=${at};${ended}`
  }
  // A comment would comment out what follows.
  const ended = `${code}${code.includes('//') ? '\n' : ' '}`
  if (leaves && (isBody(piece) || INCLUDE.test(code))) {
    const later = ended.replace(/^include\s*\(/, '__eta.later(it,')
    return `yield __eta.give((__eta.at=${at},${later}));`
  }
  const print = kind === 'print' && options.escapes ? 'escaped' : 'plain'
  if (IS_OPEN.test(code)) return `__eta.at=${at},__eta.${print}Later=${code} `
  const value = options.notes ? `__eta.see(${ended})` : ended
  return put(`(__eta.at=${at},__eta.${print}(${value}))`, leaves)
}

/** Leaves once enough is written. The 0 has it refused in a callback, where `yield` alone is a name. */
function put(value: string, leaves: boolean): string {
  return leaves ? `__eta.put(${value})&&(yield 0);` : `__eta.put(${value});`
}
