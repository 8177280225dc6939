/**
 * The ways from one level of the tree to the next: a segment with params in it, or several segments
 * taken by one param. Rules whose segments mean the same share a step.
 */
import {
  type AnyConverter,
  path as pathConverter,
  string as stringConverter,
  weightOf,
  wildcard,
} from './converters.ts'
import type { Param, Segment, Shape } from './pattern.ts'

/** One segment: texts and params in turn, `texts[0] param texts[1] param … texts[n]`. */
export interface Single<N> {
  readonly texts: readonly string[]
  readonly converters: readonly AnyConverter[]
  /** The converter of a segment that is one param and nothing else. */
  readonly whole: AnyConverter | undefined
  readonly node: N
}

/** One param that takes several segments, with text before and after it. */
export interface Several<N> {
  readonly prefix: string
  readonly suffix: string
  readonly converter: AnyConverter
  /** The converter takes any text: nothing has to be asked. */
  readonly plain: boolean
  readonly node: N
  /** No rule goes on after this param, so that it takes all that is left. */
  endsPath: boolean
}

/** Where steps start from: a node of the tree. */
export interface Steps<N> {
  /** Steps over one segment that starts with a text, by that text; within it, the most specific first. */
  prefixed: Map<string, readonly Single<N>[]> | undefined
  /** The lengths of those texts, longest first: a lookup for each finds every step that may fit. */
  prefixLengths: readonly number[]
  /** Steps over one segment that starts with a param, the most specific first. */
  singles: readonly Single<N>[]
  severals: readonly Several<N>[]
  create(): N
  /** The node after a segment that is text, made if it is not there yet. */
  after(text: string): N
}

/** Goes along a shape from the root, making the steps that are not there yet. */
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

/** More text comes first; with as much of it, the lighter converters do. */
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
 * Splits a segment by a step's texts and lets the converters read what is between them: false if
 * one does not match. Each text is sought once, from left to right, so this never goes back.
 */
export function capture<N>(step: Single<N>, segment: string, values: unknown[]): boolean {
  if (step.whole === undefined) return captureParts(step, segment, values)
  const value = step.whole === stringConverter ? segment : step.whole.parse(segment)
  return value !== undefined && values.push(value) > 0
}

function captureParts<N>(step: Single<N>, segment: string, values: unknown[]): boolean {
  const { texts, converters } = step
  let from = texts[0]?.length ?? 0
  for (const [index, converter] of converters.entries()) {
    const text = texts[index + 1] ?? ''
    const isLast = index === converters.length - 1
    const to = isLast ? endBefore(segment, text) : segment.indexOf(text, from + 1)
    if (to <= from) return false
    const value = converter.parse(segment.slice(from, to))
    if (value === undefined) return false
    values.push(value)
    from = to + text.length
  }
  return true
}

function endBefore(segment: string, text: string): number {
  return segment.endsWith(text) ? segment.length - text.length : -1
}

/** The texts around a segment's params, empty ones included. */
function textsOf(segment: Segment): string[] {
  const texts = ['']
  for (const piece of segment) {
    if (typeof piece === 'string') texts[texts.length - 1] = piece
    else texts.push('')
  }
  return texts
}

/** A param's converter: the one it was given, else any text, within a segment or across them. */
export function converterOf(
  param: Param,
  converters: ReadonlyMap<string, AnyConverter>,
): AnyConverter {
  return converters.get(param.name) ?? (param.wildcard ? wildcard : stringConverter)
}

/** Whether a converter takes any text as it is. */
export function isPlain(converter: AnyConverter): boolean {
  return converter === pathConverter || converter === wildcard
}

function sameItems(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index])
}
