/**
 * Parses patterns: `/files{/:year}/*path` becomes the lists of segments that a path may consist of.
 *
 * path-to-regexp defines the syntax and parses it into tokens, which are converted here.
 */
import { withCode } from '@phial/core'
import { parse, PathError, type Token } from 'path-to-regexp'
import { correctPattern } from './corrections.ts'

/** A param, which matches a part of the path: `:name` within a segment, `*name` across segments. */
export interface Param {
  readonly name: string
  readonly wildcard: boolean
}

/** The part between two slashes: texts and params, without two adjacent params. */
export type Segment = readonly (string | Param)[]

/** One variant of a pattern, with each optional group either included or left out. */
export type Shape = readonly Segment[]

/** The most variants that the optional groups of one pattern may have. */
const MOST_SHAPES = 256

/** The error for an invalid pattern. Its message says why, and what to write instead if that is known. */
export class PatternError extends TypeError {
  override name = 'PatternError'
}

/**
 * Parses a pattern into its shapes.
 *
 * Throws `PatternError` for a pattern that path-to-regexp cannot parse or that no path can match. For a pattern in the syntax
 * of Flask or Express 4, the message has the corrected pattern.
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

/** Returns the tokens of a pattern. */
export function readTokens(pattern: string): readonly Token[] {
  try {
    return parse(pattern).tokens
  } catch (error) {
    if (!(error instanceof PathError)) throw error
    const [reason = ''] = error.message.split(`: ${pattern}`)
    throw withCode(
      'ERR_PHIAL_PATTERN_SYNTAX',
      new PatternError(
        `Pattern ${JSON.stringify(pattern)}: ${reason}. To match a special character literally, put a backslash before it (\\\\ in a string).`,
        { cause: error },
      ),
    )
  }
}

/** Returns every sequence of texts and params that the groups allow: first without a group, then with it. */
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
          `Pattern ${JSON.stringify(pattern)}: its optional groups have more than ${MOST_SHAPES} variants. Split it into several routes.`,
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

/** Splits tokens at a separator. */
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

/** Checks that there is text between two params. */
export function checkNeighbours(shape: Shape, pattern: string): void {
  for (const segment of shape) {
    for (const [index, piece] of segment.entries()) {
      const before = segment[index - 1]
      if (typeof piece === 'string' || before === undefined || typeof before === 'string') continue
      throw withCode(
        'ERR_PHIAL_PARAMS_TOUCH',
        new PatternError(
          `Pattern ${JSON.stringify(pattern)}: ${before.name} and ${piece.name} are adjacent, so it is ambiguous where ${before.name} ends. Put text between them, such as ":${before.name}-:${piece.name}".`,
        ),
      )
    }
  }
}

/** Checks that each name is used once. */
export function checkNames(shape: Shape, pattern: string): void {
  const names = paramsOf(shape).map((param) => param.name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) {
    throw withCode(
      'ERR_PHIAL_PARAM_NAME',
      new PatternError(
        `Pattern ${JSON.stringify(pattern)} uses the name ${JSON.stringify(twice)} twice. Use a different name for each param.`,
      ),
    )
  }
  if (names.includes('__proto__')) {
    throw withCode(
      'ERR_PHIAL_PARAM_NAME',
      new PatternError(
        `Pattern ${JSON.stringify(pattern)}: __proto__ cannot be the name of a param. Choose another name.`,
      ),
    )
  }
}

/** Returns the params of a shape, from left to right. */
export function paramsOf(shape: Shape): Param[] {
  return shape.flat().filter((piece) => typeof piece !== 'string')
}

function same(one: Shape, other: Shape): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
