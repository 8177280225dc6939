/**
 * A pattern, read: `/files{/:year}/*path` becomes the lists of segments that a path may consist of.
 *
 * The syntax is path-to-regexp's, and so is the reader of it; what its tokens become is ours.
 */
import { withCode } from '@phial/core'
import { parse, PathError, type Token } from 'path-to-regexp'
import { correctPattern } from './corrections.ts'

/** A name that takes a part of the path: `:name` within a segment, `*name` across segments. */
export interface Param {
  readonly name: string
  readonly wildcard: boolean
}

/** What stands between two slashes: texts and params, no two params side by side. */
export type Segment = readonly (string | Param)[]

/** One way through a pattern, with each optional group either in or out. */
export type Shape = readonly Segment[]

/** The most ways that the optional groups of one pattern may make. */
const MOST_SHAPES = 256

/** A pattern that cannot be read. Its message says why, and what to write instead where that is known. */
export class PatternError extends TypeError {
  override name = 'PatternError'
}

/**
 * Reads a pattern into its shapes.
 *
 * Raises `PatternError` for what path-to-regexp cannot read and for what no path could ever match;
 * a Flask or Express 4 pattern is answered with the corrected one.
 *
 * ```ts
 * parsePattern('/posts{/:id}')   // [[['posts']], [['posts'], [{ name: 'id', wildcard: false }]]]
 * ```
 */
export function parsePattern(pattern: string): Shape[] {
  const hint = correctPattern(pattern)
  if (hint !== undefined)
    throw withCode(
      'ERR_PHIAL_PATTERN_FOREIGN',
      new PatternError(`Pattern ${JSON.stringify(pattern)}: ${hint}`),
    )
  const shapes = expand(readTokens(pattern), pattern).map((tokens) => toShape(tokens, pattern))
  return shapes.filter((shape, index) => shapes.findIndex((other) => same(shape, other)) === index)
}

/** The tokens of a pattern. */
export function readTokens(pattern: string): readonly Token[] {
  try {
    return parse(pattern).tokens
  } catch (error) {
    if (!(error instanceof PathError)) throw error
    const [reason = ''] = error.message.split(`: ${pattern}`)
    throw withCode(
      'ERR_PHIAL_PATTERN_SYNTAX',
      new PatternError(
        `Pattern ${JSON.stringify(pattern)}: ${reason}. Put a backslash (\\\\ in a string) before a character that is meant as it stands.`,
        { cause: error },
      ),
    )
  }
}

/** Every sequence of texts and params that the groups allow: without a group first, then with it. */
export function expand(tokens: readonly Token[], pattern: string): Token[][] {
  let sequences: Token[][] = [[]]
  for (const token of tokens) {
    if (token.type === 'group') {
      const inner = expand(token.tokens, pattern)
      sequences = sequences.flatMap((head) => [head, ...inner.map((tail) => [...head, ...tail])])
    } else {
      sequences = sequences.map((head) => [...head, token])
    }
    if (sequences.length > MOST_SHAPES) {
      throw withCode(
        'ERR_PHIAL_PATTERN_GROUPS',
        new PatternError(
          `Pattern ${JSON.stringify(pattern)}: its optional groups make more than ${MOST_SHAPES} patterns. Split it into several routes.`,
        ),
      )
    }
  }
  return sequences
}

function toShape(tokens: readonly Token[], pattern: string): Shape {
  const segments = splitTokens(tokens, '/')
  if (segments.shift()?.length !== 0 || segments.length === 0) {
    throw withCode(
      'ERR_PHIAL_PATTERN_SLASH',
      new PatternError(
        `Pattern ${JSON.stringify(pattern)} does not always start with a slash. Write ${JSON.stringify(`/${pattern.replace(/^\/+/, '')}`)}, with the slash outside of any {group}.`,
      ),
    )
  }
  const shape = segments.map((segment) => (segment.length === 0 ? [''] : segment))
  checkNeighbours(shape, pattern)
  checkNames(shape, pattern)
  return shape
}

/** The pieces between separators. */
export function splitTokens(tokens: readonly Token[], separator: string): (string | Param)[][] {
  const segments: (string | Param)[][] = [[]]
  for (const token of tokens) {
    if (token.type === 'text') addText(segments, token.value.split(separator))
    else if (token.type !== 'group') {
      segments.at(-1)?.push({ name: token.name, wildcard: token.type === 'wildcard' })
    }
  }
  return segments
}

function addText(segments: (string | Param)[][], parts: readonly string[]): void {
  for (const [index, part] of parts.entries()) {
    if (index > 0) segments.push([])
    const segment = segments.at(-1)
    if (part === '' || segment === undefined) continue
    const before = segment.at(-1)
    if (typeof before === 'string') segment[segment.length - 1] = before + part
    else segment.push(part)
  }
}

/** Two params side by side cannot be told apart. */
export function checkNeighbours(shape: Shape, pattern: string): void {
  for (const segment of shape) {
    for (const [index, piece] of segment.entries()) {
      const before = segment[index - 1]
      if (typeof piece === 'string' || before === undefined || typeof before === 'string') continue
      throw withCode(
        'ERR_PHIAL_PARAMS_TOUCH',
        new PatternError(
          `Pattern ${JSON.stringify(pattern)}: nothing stands between ${before.name} and ${piece.name}, so no one could tell where one ends. Put text between them, such as ":${before.name}-:${piece.name}".`,
        ),
      )
    }
  }
}

/** A name may be used once. */
export function checkNames(shape: Shape, pattern: string): void {
  const names = paramsOf(shape).map((param) => param.name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) {
    throw withCode(
      'ERR_PHIAL_PARAM_NAME',
      new PatternError(
        `Pattern ${JSON.stringify(pattern)} uses the name ${twice} twice. Give each param a name of its own.`,
      ),
    )
  }
  if (names.includes('__proto__')) {
    throw withCode(
      'ERR_PHIAL_PARAM_NAME',
      new PatternError(
        `Pattern ${JSON.stringify(pattern)}: __proto__ cannot be a param's name. Choose another.`,
      ),
    )
  }
}

/** The params of a shape, from left to right. */
export function paramsOf(shape: Shape): Param[] {
  return shape.flat().filter((piece) => typeof piece !== 'string')
}

function same(one: Shape, other: Shape): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
