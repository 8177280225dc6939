/**
 * Steps from one level of the tree to the next: a segment with params, or several segments that one param matches. Rules
 * with equivalent segments share a step.
 */
import {
  type AnyConverter,
  path as pathConverter,
  string as stringConverter,
  weightOf,
  wildcard,
} from './converters.ts'
import type { Param, Segment, Shape } from './pattern.ts'

/** A step over one segment: alternating texts and params, `texts[0] param texts[1] param … texts[n]`. */
export interface Single<N> {
  readonly texts: readonly string[]
  readonly converters: readonly AnyConverter[]
  /** The converter of a segment that consists of one param. */
  readonly whole: AnyConverter | undefined
  readonly node: N
}

/** A step over several segments: one param, with text before and after it. */
export interface Several<N> {
  readonly prefix: string
  readonly suffix: string
  readonly converter: AnyConverter
  /** Whether the converter matches any text, so that it need not be called. */
  readonly plain: boolean
  readonly node: N
  /** Whether every rule ends after this param, so that it matches the rest of the path. */
  endsPath: boolean
}

/** The values of params so far. Those from `count` on are left over from branches that failed: to shorten an array takes longer. */
export interface Captured {
  readonly values: unknown[]
  count: number
}

/** The steps from a node of the tree. */
export interface Steps<N> {
  /** Steps over a segment that starts with a text, by that text, the most specific first. */
  prefixed: Map<string, readonly Single<N>[]> | undefined
  /** The lengths of those texts, longest first. One lookup for each finds all steps that may match. */
  prefixLengths: readonly number[]
  /** Steps over a segment that starts with a param, the most specific first. */
  singles: readonly Single<N>[]
  severals: readonly Several<N>[]
  create(): N
  /** Returns the node after a segment that is text. Creates it if it is missing. */
  after(text: string): N
}

/** Follows a shape from the root, and creates the missing steps. */
export function addSteps<N extends Steps<N>>(
  root: N,
  shape: Shape,
  converters: ReadonlyMap<string, AnyConverter>,
): { node: N; names: string[] } {
  const names: string[] = []
  let node = root
  for (const [index, segment] of shape.entries()) {
    const params = segment.filter((piece) => typeof piece !== 'string')
    const isLast = index === shape.length - 1
    names.push(...params.map((param) => param.name))
    node = nextNode(node, segment, params, converters, isLast)
  }
  return { node, names }
}

function nextNode<N extends Steps<N>>(
  from: N,
  segment: Segment,
  params: readonly Param[],
  converters: ReadonlyMap<string, AnyConverter>,
  isLast: boolean,
): N {
  const [param] = params
  if (param === undefined) return from.after(textsOf(segment).join(''))
  const several = params.find((one) => converterOf(one, converters).multiSegment === true)
  if (several === undefined) return singleNode(from, segment, params, converters)
  return severalNode(from, segment, converterOf(several, converters), isLast)
}

function singleNode<N extends Steps<N>>(
  from: N,
  segment: Segment,
  params: readonly Param[],
  converters: ReadonlyMap<string, AnyConverter>,
): N {
  const texts = textsOf(segment)
  const used = params.map((param) => converterOf(param, converters))
  const [prefix = ''] = texts
  const steps = prefix === '' ? from.singles : (from.prefixed?.get(prefix) ?? [])
  const present = steps.find(
    (step) => sameItems(step.texts, texts) && sameItems(step.converters, used),
  )
  if (present !== undefined) return present.node
  const whole = texts.every((text) => text === '') ? used[0] : undefined
  const step = { texts, converters: used, whole, node: from.create() }
  const sorted = [...steps, step].toSorted(bySpecificity)
  if (prefix === '') from.singles = sorted
  else putPrefixed(from, prefix, sorted)
  return step.node
}

function putPrefixed<N>(from: Steps<N>, prefix: string, steps: readonly Single<N>[]): void {
  from.prefixed ??= new Map()
  from.prefixed.set(prefix, steps)
  const lengths = new Set([...from.prefixLengths, prefix.length])
  from.prefixLengths = [...lengths].toSorted((one, other) => other - one)
}

function severalNode<N extends Steps<N>>(
  from: N,
  segment: Segment,
  converter: AnyConverter,
  isLast: boolean,
): N {
  const [prefix = '', suffix = ''] = textsOf(segment)
  const present = from.severals.find(
    (step) => step.prefix === prefix && step.suffix === suffix && step.converter === converter,
  )
  if (present !== undefined) {
    present.endsPath &&= isLast
    return present.node
  }
  const node = from.create()
  const plain = isPlain(converter)
  const step = { prefix, suffix, converter, plain, node, endsPath: isLast }
  from.severals = [...from.severals, step].toSorted(
    (one, other) =>
      other.prefix.length - one.prefix.length ||
      other.suffix.length - one.suffix.length ||
      weightOf(one.converter) - weightOf(other.converter),
  )
  return node
}

/** Orders steps: more text first, then the lower weights of converters. */
function bySpecificity<N>(one: Single<N>, other: Single<N>): number {
  const byText = other.texts.join('').length - one.texts.join('').length
  if (byText !== 0) return byText
  const weights = one.converters.map((converter, index) => {
    const against = other.converters[index]
    return against === undefined ? 0 : weightOf(converter) - weightOf(against)
  })
  return weights.find((difference) => difference !== 0) ?? 0
}

/**
 * Splits a segment by a step's texts and parses the parts between them with the converters. Returns false if one does not
 * match. It searches for each text once, from left to right, without backtracking.
 */
export function capture<N>(step: Single<N>, segment: string, captured: Captured): boolean {
  if (step.whole === undefined) return captureParts(step, segment, captured)
  const value = step.whole === stringConverter ? segment : step.whole.parse(segment)
  if (value === undefined) return false
  captured.values[captured.count] = value
  captured.count += 1
  return true
}

function captureParts<N>(step: Single<N>, segment: string, captured: Captured): boolean {
  const { texts, converters } = step
  let from = texts[0]?.length ?? 0
  for (const [index, converter] of converters.entries()) {
    const text = texts[index + 1] ?? ''
    const isLast = index === converters.length - 1
    const to = isLast ? endBefore(segment, text) : segment.indexOf(text, from + 1)
    if (to <= from) return false
    const value = converter.parse(segment.slice(from, to))
    if (value === undefined) return false
    captured.values[captured.count] = value
    captured.count += 1
    from = to + text.length
  }
  return true
}

function endBefore(segment: string, text: string): number {
  return segment.endsWith(text) ? segment.length - text.length : -1
}

/** Returns the texts around a segment's params, including empty ones. */
function textsOf(segment: Segment): string[] {
  const texts = ['']
  for (const piece of segment) {
    if (typeof piece === 'string') texts[texts.length - 1] = piece
    else texts.push('')
  }
  return texts
}

/** Returns a param's converter. The default matches any text, within a segment or across segments. */
export function converterOf(
  param: Param,
  converters: ReadonlyMap<string, AnyConverter>,
): AnyConverter {
  return converters.get(param.name) ?? (param.wildcard ? wildcard : stringConverter)
}

/** Reports whether a converter returns any text unchanged. */
export function isPlain(converter: AnyConverter): boolean {
  return converter === pathConverter || converter === wildcard
}

function sameItems(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index])
}
