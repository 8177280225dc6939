/**
 * The index over all rules: which of them a path and a method mean.
 *
 * Paths without params are found by one lookup. The rest is a tree with a level for each segment;
 * at each level the most specific way is tried first. README.md draws it and says what it costs.
 */
import type { Shape } from './pattern.ts'
import { addSteps, capture, type Several, type Single, type Steps } from './steps.ts'
import type { AnyConverter } from './converters.ts'
import { WholePaths } from './whole-paths.ts'

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
  readonly method: string
  readonly target: T
  readonly names: readonly string[]
  /** The rule ends here only because it takes a path with or without its last slash. */
  readonly loose: boolean
}

/** Up to so many texts are compared with a segment one after another; more are looked up. */
const FEW = 4
const NONE: readonly never[] = []

/**
 * A place in the tree: between two segments of a path, or at its end. Most places have few ways on,
 * so what is not needed is not made: with many routes, memory is what lookups wait for.
 */
export class Node<T extends Target> implements Steps<Node<T>> {
  /** Segments that are text, and where each leads. */
  texts: readonly string[] = NONE
  children: readonly Node<T>[] = NONE
  /** The same, where they are many. */
  byText: Map<string, Node<T>> | undefined
  prefixed: Map<string, readonly Single<Node<T>>[]> | undefined
  prefixLengths: readonly number[] = NONE
  singles: readonly Single<Node<T>>[] = NONE
  severals: readonly Several<Node<T>>[] = NONE
  /** A leaf for each method, those of loose rules last. */
  leaves: readonly Leaf<T>[] = NONE

  create(): Node<T> {
    return new Node()
  }

  after(text: string): Node<T> {
    const present = this.child(text)
    if (present !== undefined) return present
    const node = new Node<T>()
    if (this.byText !== undefined) this.byText.set(text, node)
    else if (this.texts.length < FEW) this.#compare(text, node)
    else this.#lookUp(text, node)
    return node
  }

  #compare(text: string, node: Node<T>): void {
    this.texts = [...this.texts, text]
    this.children = [...this.children, node]
  }

  #lookUp(text: string, node: Node<T>): void {
    const { texts, children } = this
    this.byText = new Map([[text, node]])
    for (const [index, child] of children.entries()) this.byText.set(texts[index] ?? '', child)
    this.texts = NONE
    this.children = NONE
  }

  /** Where a segment of that text leads, if any rule has it. */
  child(text: string): Node<T> | undefined {
    return this.byText === undefined
      ? this.children[this.texts.indexOf(text)]
      : this.byText.get(text)
  }

  /** Adds a rule for its methods. A method that has one keeps it, and what has it is returned. */
  put(target: T, names: readonly string[], loose: boolean): T | undefined {
    let taken: T | undefined
    for (const method of target.rule.methods) {
      const present = this.leaves.find((leaf) => leaf.method === method && leaf.loose === loose)
      if (present !== undefined && present.target.rule !== target.rule) taken = present.target
      if (present !== undefined) continue
      const leaves = [...this.leaves, { method, target, names, loose }]
      this.leaves = leaves.toSorted((one, other) => Number(one.loose) - Number(other.loose))
    }
    return taken
  }

  /** The rule that ends here and answers a method. GET's answers HEAD unless HEAD has its own. */
  pick(method: string): Leaf<T> | undefined {
    for (const leaf of this.leaves) if (leaf.method === method) return leaf
    return method === 'HEAD' ? this.pick('GET') : undefined
  }
}

/** All rules, indexed. */
export class Tree<T extends Target> {
  readonly #root = new Node<T>()
  readonly #whole = new WholePaths<Node<T>>()

  /** Adds one shape of a rule. Returns what has the same place already, if anything. */
  add(target: T, shape: Shape): T | undefined {
    const taken = this.#put(target, shape, false)
    if (!target.rule.strictSlashes) this.#put(target, toggleSlash(shape), true)
    return taken
  }

  #put(target: T, shape: Shape, loose: boolean): T | undefined {
    const { node, names } = addSteps<Node<T>>(this.#root, shape, target.rule.converters)
    if (names.length === 0) this.#whole.set(pathOf(shape), node)
    return node.put(target, names, loose)
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
  const { path } = search
  if (at > path.length) return arrive(search, node)
  for (let index = 0; index < node.texts.length; index += 1) {
    const text = node.texts[index] ?? ''
    if (!isSegment(text, path, at)) continue
    const child = node.children[index]
    if (child !== undefined && walk(search, child, at + text.length + 1)) return true
    break
  }
  return walkFrom(search, node, at, endOfSegment(path, at))
}

/** Whether the segment that starts there is a text. Compared where it stands: nothing is cut out, nothing hashed. */
function isSegment(text: string, path: string, at: number): boolean {
  const end = at + text.length
  const isOver = end === path.length || path.charCodeAt(end) === SLASH
  return isOver && path.startsWith(text, at)
}

const SLASH = 47

/** The ways on that need to know where the segment ends. */
function walkFrom<T extends Target>(
  search: Search<T>,
  node: Node<T>,
  at: number,
  end: number,
): boolean {
  const { path } = search
  const child = node.byText?.get(path.slice(at, end))
  if (child !== undefined && walk(search, child, end + 1)) return true
  if (end > at) {
    if (node.prefixed !== undefined && acrossPrefixed(search, node, at, end)) return true
    if (node.singles.length > 0 && acrossOne(search, node.singles, path.slice(at, end), end)) {
      return true
    }
  }
  return node.severals.length > 0 && acrossSeveral(search, node, at)
}

function arrive<T extends Target>(search: Search<T>, node: Node<T>): boolean {
  const { leaves } = node
  const withSlash = leaves.length === 0 ? node.child('') : undefined
  if (leaves.length === 0 && withSlash === undefined) return false
  if (search.pending !== undefined && !settle(search, search.pending)) return false
  search.leaf = node.pick(search.method)
  if (search.leaf !== undefined) return true
  for (const { target } of leaves) addMethods(search, target.rule.allMethods)
  search.leaf = (withSlash ?? node.child(''))?.pick(search.method)
  search.slashMissing = search.leaf !== undefined
  return search.slashMissing
}

function addMethods<T extends Target>(search: Search<T>, methods: readonly string[]): void {
  search.allow ??= new Set()
  for (const method of methods) search.allow.add(method)
}

function acrossPrefixed<T extends Target>(
  search: Search<T>,
  node: Node<T>,
  at: number,
  end: number,
): boolean {
  const text = search.path.slice(at, end)
  for (const length of node.prefixLengths) {
    const steps = node.prefixed?.get(text.slice(0, length))
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
