/**
 * The index over all rules: which of them a path and a method mean.
 *
 * Paths without params are found by one lookup. The rest is a tree with a level for each segment;
 * at each level the most specific way is tried first. README.md draws it and says what it costs.
 */
import type { Shape } from './pattern.ts'
import { addSteps, capture, type Several, type Single, type Steps } from './steps.ts'
import type { AnyConverter } from './converters.ts'

/** What a tree leads to. The tree itself reads nothing but this. */
export interface Target {
  readonly rule: {
    readonly methods: readonly string[]
    /** With the `HEAD` and the `OPTIONS` that come by themselves. */
    readonly allMethods: readonly string[]
    readonly strictSlashes: boolean
    readonly converters: ReadonlyMap<string, AnyConverter>
  }
}

/** Where a way through the tree ends: what was added, and the names of the params on the way. */
export interface Leaf<T> {
  readonly target: T
  readonly names: readonly string[]
}

/** A place in the tree: between two segments of a path, or at its end. */
export class Node<T extends Target> implements Steps<Node<T>> {
  readonly statics: Map<string, Node<T>> = new Map()
  readonly whole: Single<Node<T>>[] = []
  readonly prefixed: Map<string, Single<Node<T>>[]> = new Map()
  readonly prefixLengths: number[] = []
  readonly severals: Several<Node<T>>[] = []
  readonly allow: Set<string> = new Set()
  readonly leaves: Map<string, Leaf<T>> = new Map()
  /** Rules that end here only because they take a path with or without its last slash. */
  readonly loose: Map<string, Leaf<T>> = new Map()

  create(): Node<T> {
    return new Node()
  }

  /** Adds a rule for its methods. A method that has one keeps it, and what has it is returned. */
  put(leaf: Leaf<T>, loose: boolean): T | undefined {
    const leaves = loose ? this.loose : this.leaves
    const { rule } = leaf.target
    let taken: T | undefined
    for (const method of rule.methods) {
      const present = leaves.get(method)
      if (present === undefined) leaves.set(method, leaf)
      else if (present.target.rule !== rule) taken = present.target
    }
    for (const method of rule.allMethods) this.allow.add(method)
    return taken
  }

  /** The rule that ends here and answers a method. GET's answers HEAD unless HEAD has its own. */
  pick(method: string): Leaf<T> | undefined {
    const leaf = this.leaves.get(method) ?? this.loose.get(method)
    return leaf === undefined && method === 'HEAD' ? this.pick('GET') : leaf
  }
}

/** All rules, indexed. */
export class Tree<T extends Target> {
  readonly #root = new Node<T>()
  readonly #whole = new Map<string, Node<T>>()

  /** Adds one shape of a rule. Returns what has the same place already, if anything. */
  add(target: T, shape: Shape): T | undefined {
    const taken = this.#put(target, shape, false)
    if (!target.rule.strictSlashes) this.#put(target, toggleSlash(shape), true)
    return taken
  }

  #put(target: T, shape: Shape, loose: boolean): T | undefined {
    const { node, names } = addSteps<Node<T>>(this.#root, shape, target.rule.converters)
    if (names.length === 0) this.#whole.set(pathOf(shape), node)
    return node.put({ target, names }, loose)
  }

  /** Searches for the most specific rule for a path, which starts with a slash, and a method. */
  find(path: string, method: string): Search<T> {
    const search = new Search<T>(path, method)
    search.leaf = this.#whole.get(path)?.pick(method)
    if (search.leaf === undefined) walk(search, this.#root, 1)
    return search
  }
}

/** The path that a shape without params stands for. */
function pathOf(shape: Shape): string {
  return shape.map(([text]) => `/${typeof text === 'string' ? text : ''}`).join('')
}

/** `/dir/` for `/dir`, and the other way round; `/` stays. */
function toggleSlash(shape: Shape): Shape {
  const last = shape.at(-1)
  if (last?.length === 1 && last[0] === '') return shape.length === 1 ? shape : shape.slice(0, -1)
  return [...shape, ['']]
}

/** One search and what came of it: with a leaf, its params' values; without one, the methods that the path would have had. */
export class Search<T extends Target> {
  readonly path: string
  readonly method: string
  leaf: Leaf<T> | undefined = undefined
  readonly values: unknown[] = []
  /** The rule's path is this one with a slash at its end. */
  slashMissing: boolean = false
  allow: Set<string> | undefined = undefined
  /** Ways across several segments that led nowhere. They would lead nowhere from further on as well. */
  dead: Set<Several<Node<T>>> | undefined = undefined
  /** The text that a converter of the user's is to read once the rest of the path is known to fit. */
  pending: Pending | undefined = undefined

  constructor(path: string, method: string) {
    this.path = path
    this.method = method
  }
}

interface Pending {
  readonly index: number
  readonly text: string
  readonly converter: AnyConverter
  read: boolean
}

// The walk is functions over a search, not methods, and makes no closures: bench/routing.ts.
// A position is the index in the path where the next segment starts.

function walk<T extends Target>(search: Search<T>, node: Node<T>, at: number): boolean {
  if (at > search.path.length) return arrive(search, node)
  const end = endOfSegment(search.path, at)
  const text = search.path.slice(at, end)
  const child = node.statics.get(text)
  if (child !== undefined && walk(search, child, end + 1)) return true
  if (text !== '') {
    if (node.prefixLengths.length > 0 && acrossPrefixed(search, node, text, end)) return true
    if (node.whole.length > 0 && acrossOne(search, node.whole, text, end)) return true
  }
  return node.severals.length > 0 && acrossSeveral(search, node, at)
}

function arrive<T extends Target>(search: Search<T>, node: Node<T>): boolean {
  const withSlash = node.statics.get('')
  if (node.allow.size === 0 && withSlash === undefined) return false
  if (search.pending !== undefined && !settle(search, search.pending)) return false
  search.leaf = node.pick(search.method)
  if (search.leaf !== undefined) return true
  if (node.allow.size > 0) {
    search.allow ??= new Set()
    for (const method of node.allow) search.allow.add(method)
  }
  search.leaf = withSlash?.pick(search.method)
  search.slashMissing = search.leaf !== undefined
  return search.slashMissing
}

function acrossPrefixed<T extends Target>(
  search: Search<T>,
  node: Node<T>,
  text: string,
  end: number,
): boolean {
  for (const length of node.prefixLengths) {
    const steps = node.prefixed.get(text.slice(0, length))
    if (steps !== undefined && acrossOne(search, steps, text, end)) return true
  }
  return false
}

function acrossOne<T extends Target>(
  search: Search<T>,
  steps: readonly Single<Node<T>>[],
  text: string,
  end: number,
): boolean {
  const mark = search.values.length
  for (const step of steps) {
    if (capture(step, text, search.values) && walk(search, step.node, end + 1)) return true
    search.values.length = mark
  }
  return false
}

function acrossSeveral<T extends Target>(search: Search<T>, node: Node<T>, at: number): boolean {
  const { path } = search
  for (const step of node.severals) {
    const from = at + step.prefix.length
    if (search.dead?.has(step) || !path.startsWith(step.prefix, at)) continue
    if (from >= path.length || path[from] === '/') continue
    if (stretch(search, step, from)) return true
    search.dead ??= new Set()
    search.dead.add(step)
  }
  return false
}

/** Tries each end that a step may have, the nearest first. */
function stretch<T extends Target>(
  search: Search<T>,
  step: Several<Node<T>>,
  from: number,
): boolean {
  const { path, values } = search
  const mark = values.length
  let end = step.endsPath ? path.length : endOfSegment(path, from)
  for (; end <= path.length; end = endOfSegment(path, end + 1)) {
    const to = end - step.suffix.length
    if (to > from && path.endsWith(step.suffix, end)) {
      take(search, step, path.slice(from, to))
      if (walk(search, step.node, end + 1)) return true
      values.length = mark
      search.pending = undefined
    }
    if (end === path.length) break
  }
  return false
}

function take<T extends Target>(search: Search<T>, step: Several<Node<T>>, text: string): void {
  const index = search.values.push(text) - 1
  if (!step.plain) search.pending = { index, text, converter: step.converter, read: false }
}

/** Lets the user's converter read its text. False if it does not match. */
function settle<T extends Target>({ values }: Search<T>, pending: Pending): boolean {
  const { index, text, converter, read } = pending
  if (!read) values[index] = converter.parse(text)
  pending.read = true
  return values[index] !== undefined
}

function endOfSegment(path: string, at: number): number {
  const slash = path.indexOf('/', at)
  return slash === -1 ? path.length : slash
}
