/**
 * The index of all rules: finds the rule for a path and a method.
 *
 * Paths without params are found by one lookup. The others are in a tree with one level for each segment. At each level
 * the most specific branch is tried first. README.md draws the tree and states its cost.
 */
import type { Shape } from './pattern.ts'
import { addSteps, type Captured, capture, type Several, type Single, type Steps } from './steps.ts'
import type { AnyConverter } from './converters.ts'

/** What is added to a tree: a rule, of which the tree reads only these properties. */
export interface Target {
  readonly rule: {
    readonly methods: readonly string[]
    /** The methods, including automatic `HEAD` and `OPTIONS`. */
    readonly allMethods: readonly string[]
    readonly strictSlashes: boolean
    readonly converters: ReadonlyMap<string, AnyConverter>
  }
}

/** The end of a branch for one method: the target, and the names of the params on the branch. */
export interface Leaf<T> {
  readonly method: string
  readonly target: T
  readonly names: readonly string[]
  /** Whether the rule ends here only because its trailing slash is optional. */
  readonly loose: boolean
}

/** The most texts of a node that are compared with a segment one after another. A node with more has a map. */
const FEW = 4
const NONE: readonly never[] = []

/**
 * A node of the tree: a position between two segments of a path, or at its end. Most nodes have few branches, so each
 * collection is created when it is needed: with many routes, lookups mostly wait for memory.
 */
export class Node<T extends Target> implements Steps<Node<T>> {
  /** Segments that are text, and the child of each. */
  texts: readonly string[] = NONE
  children: readonly Node<T>[] = NONE
  /** The same, if there are more than `FEW`. */
  byText: Map<string, Node<T>> | undefined
  prefixed: Map<string, readonly Single<Node<T>>[]> | undefined
  prefixLengths: readonly number[] = NONE
  singles: readonly Single<Node<T>>[] = NONE
  severals: readonly Several<Node<T>>[] = NONE
  /** A leaf for each method. Those of loose rules are last. */
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

  /** Returns the child for a segment that is this text. */
  child(text: string): Node<T> | undefined {
    return this.byText === undefined
      ? this.children[this.texts.indexOf(text)]
      : this.byText.get(text)
  }

  /** Adds a target for each of its methods. A method that already has one keeps it, and that one is returned. */
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

  /** Returns the leaf for a method. `HEAD` has the leaf of `GET` unless it has its own. */
  pick(method: string): Leaf<T> | undefined {
    for (const leaf of this.leaves) if (leaf.method === method) return leaf
    return method === 'HEAD' ? this.pick('GET') : undefined
  }
}

/** The initial number of marks, a power of two. */
const LEAST = 64

/** All rules, indexed. */
export class Tree<T extends Target> {
  readonly #root = new Node<T>()
  /** The paths without params. */
  readonly #whole = new Map<string, Node<T>>()
  /**
   * A 1 for the glance of each path without params. To look a path up in a map, all of it must be hashed, which takes
   * longer than the tree takes for two segments. Most paths with params are excluded by their glance:
   * bench/routing.ts, "one param".
   */
  #marks = new Uint8Array(LEAST)

  /** Adds one shape of a rule. Returns the target that already has the same place, if any. */
  add(target: T, shape: Shape): T | undefined {
    const taken = this.#put(target, shape, false)
    if (!target.rule.strictSlashes) this.#put(target, toggleSlash(shape), true)
    return taken
  }

  #put(target: T, shape: Shape, loose: boolean): T | undefined {
    const { node, names } = addSteps<Node<T>>(this.#root, shape, target.rule.converters)
    if (names.length === 0) this.#addWhole(pathOf(shape), node)
    return node.put(target, names, loose)
  }

  #addWhole(path: string, node: Node<T>): void {
    this.#whole.set(path, node)
    const isFull = this.#whole.size * 8 > this.#marks.length
    if (isFull) this.#marks = new Uint8Array(this.#marks.length * 2)
    for (const marked of isFull ? this.#whole.keys() : [path])
      this.#marks[glance(marked) & (this.#marks.length - 1)] = 1
  }

  /** Looks up a path without params. No search is needed to find it: `bench/routing.ts`, "static". */
  whole(path: string, method: string): Leaf<T> | undefined {
    const isMarked = this.#marks[glance(path) & (this.#marks.length - 1)] === 1
    return isMarked ? this.#whole.get(path)?.pick(method) : undefined
  }

  /** Finds the most specific rule for a path, which starts with a slash, and a method. */
  find(path: string, method: string): Search<T> {
    return this.search(path, method, this.whole(path, method))
  }

  /** Searches the tree, unless the leaf of a path without params is given. */
  search(path: string, method: string, leaf: Leaf<T> | undefined): Search<T> {
    const search: Search<T> = {
      path,
      method,
      leaf,
      values: [undefined, undefined, undefined, undefined],
      count: 0,
      slashMissing: false,
      allow: undefined,
      dead: undefined,
      pending: undefined,
    }
    if (leaf === undefined) walk(search, this.#root, 1)
    return search
  }
}

/** Returns a number made of a path's length and three of its characters. */
function glance(path: string): number {
  const { length } = path
  const last = path.charCodeAt(length - 1)
  const middle = path.charCodeAt(length >> 1)
  const late = path.charCodeAt(length - (length >> 2))
  return ((length * 31 + last) * 31 + middle) * 31 + late
}

/** Returns the path of a shape without params. */
function pathOf(shape: Shape): string {
  return shape.map(([text]) => `/${typeof text === 'string' ? text : ''}`).join('')
}

/** Returns `/dir/` for `/dir` and vice versa. `/` stays. */
function toggleSlash(shape: Shape): Shape {
  const last = shape.at(-1)
  if (last?.length === 1 && last[0] === '') return shape.length === 1 ? shape : shape.slice(0, -1)
  return [...shape, ['']]
}

/** A search and its result: the leaf and the values of its params, or without a leaf, the methods that the path has. */
export interface Search<T extends Target> extends Captured {
  readonly path: string
  readonly method: string
  leaf: Leaf<T> | undefined
  /** Whether the path of the rule is this one with a trailing slash. */
  slashMissing: boolean
  allow: Set<string> | undefined
  /** Branches across several segments that failed. They would fail from a later segment, too. */
  dead: Set<Several<Node<T>>> | undefined
  /** The text that a custom converter parses once the rest of the path matches. */
  pending: Pending | undefined
}

interface Pending {
  readonly index: number
  readonly text: string
  readonly converter: AnyConverter
  read: boolean
}

// These functions take the search as an argument and create no closures: bench/routing.ts.
// A position (`at`) is the index in the path where the next segment starts.

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

/** Reports whether the segment at a position is this text. Compares it in place, without slicing or hashing. */
function isSegment(text: string, path: string, at: number): boolean {
  const end = at + text.length
  const isOver = end === path.length || path.charCodeAt(end) === SLASH
  return isOver && path.startsWith(text, at)
}

const SLASH = 47

/** Tries the branches that need the end of the segment. */
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
  const mark = search.count
  for (const step of steps) {
    if (capture(step, text, search) && walk(search, step.node, end + 1)) return true
    search.count = mark
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

/** Tries each possible end of a step, the nearest first. */
function stretch<T extends Target>(
  search: Search<T>,
  step: Several<Node<T>>,
  from: number,
): boolean {
  const { path } = search
  const mark = search.count
  let end = step.endsPath ? path.length : endOfSegment(path, from)
  for (; end <= path.length; end = endOfSegment(path, end + 1)) {
    const to = end - step.suffix.length
    if (to > from && path.endsWith(step.suffix, end)) {
      take(search, step, path.slice(from, to))
      if (walk(search, step.node, end + 1)) return true
      search.count = mark
      search.pending = undefined
    }
    if (end === path.length) break
  }
  return false
}

function take<T extends Target>(search: Search<T>, step: Several<Node<T>>, text: string): void {
  const index = search.count
  search.values[index] = text
  search.count += 1
  if (!step.plain) search.pending = { index, text, converter: step.converter, read: false }
}

/** Parses the pending text with its converter. Returns false if the converter rejects it. */
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
