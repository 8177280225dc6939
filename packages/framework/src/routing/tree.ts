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
  readonly methods: readonly string[]
  readonly strictSlashes: boolean
  readonly provideAutomaticOptions: boolean
}

/** The rule that was found, with its params' names and values in the pattern's order. */
export interface Found<T> {
  readonly rule: T
  readonly names: readonly string[]
  readonly values: readonly unknown[]
  /** The rule's path is this one with a slash at its end. */
  readonly slashMissing: boolean
}

/** Nothing was found: the methods that the path would have had, none if there is no such path. */
export interface Missed {
  readonly allow: ReadonlySet<string>
}

interface Leaf<T> {
  readonly method: string
  readonly rule: T
  readonly names: readonly string[]
  /** The rule ends here only because it takes a path with or without its last slash. */
  readonly loose: boolean
}

/**
 * A place in the tree: between two segments of a path, or at its end. Most places have few ways on,
 * so what is not needed is not made: with many routes, memory is what lookups wait for.
 */
export class Node<T extends Target> implements Steps<Node<T>> {
  statics: Map<string, Node<T>> | undefined
  prefixed: Map<string, readonly Single<Node<T>>[]> | undefined
  prefixLengths: readonly number[] = NONE
  singles: readonly Single<Node<T>>[] = NONE
  severals: readonly Several<Node<T>>[] = NONE
  /** A leaf for each method, those of loose rules last. */
  #leaves: readonly Leaf<T>[] = NONE

  create(): Node<T> {
    return new Node()
  }

  /** Adds a rule for its methods. A method that has one keeps it, and the rule that has it is returned. */
  put(rule: T, names: readonly string[], loose: boolean): T | undefined {
    let taken: T | undefined
    for (const method of rule.methods) {
      const present = this.#leaves.find((leaf) => leaf.method === method && leaf.loose === loose)
      if (present !== undefined && present.rule !== rule) taken = present.rule
      if (present !== undefined) continue
      const leaves = [...this.#leaves, { method, rule, names, loose }]
      this.#leaves = leaves.toSorted((one, other) => Number(one.loose) - Number(other.loose))
    }
    return taken
  }

  /** The rule that ends here and answers a method. GET's answers HEAD unless HEAD has its own. */
  pick(method: string): Leaf<T> | undefined {
    for (const leaf of this.#leaves) if (leaf.method === method) return leaf
    return method === 'HEAD' ? this.pick('GET') : undefined
  }

  /** Whether any rule ends here. */
  get isEnd(): boolean {
    return this.#leaves.length > 0
  }

  /** The methods that are answered here. */
  get allow(): string[] {
    return this.#leaves.flatMap(({ method, rule }) => [
      method,
      ...(method === 'GET' ? ['HEAD'] : []),
      ...(rule.provideAutomaticOptions ? ['OPTIONS'] : []),
    ])
  }
}

const NONE: readonly never[] = []
const NO_METHODS: ReadonlySet<string> = new Set()

/** All rules, indexed. */
export class Tree<T extends Target> {
  readonly #root = new Node<T>()
  readonly #whole = new Map<string, Node<T>>()

  /** Adds one shape of a rule. Returns the rule that has the same place already, if any. */
  add(rule: T, shape: Shape, converters: ReadonlyMap<string, AnyConverter>): T | undefined {
    const taken = this.#put(rule, shape, converters, false)
    if (!rule.strictSlashes) this.#put(rule, toggleSlash(shape), converters, true)
    return taken
  }

  #put(
    rule: T,
    shape: Shape,
    converters: ReadonlyMap<string, AnyConverter>,
    loose: boolean,
  ): T | undefined {
    const { node, names } = addSteps<Node<T>>(this.#root, shape, converters)
    if (names.length === 0) this.#whole.set(pathOf(shape), node)
    return node.put(rule, names, loose)
  }

  /** Finds the most specific rule for a path, which starts with a slash, and a method. */
  find(path: string, method: string): Found<T> | Missed {
    const leaf = this.#whole.get(path)?.pick(method)
    if (leaf !== undefined) {
      return { rule: leaf.rule, names: leaf.names, values: [], slashMissing: false }
    }
    const walk = new Walk<T>(path, method)
    return walk.from(this.#root, 1) ?? walk
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

/** One search. A position is the index in the path where the next segment starts. */
class Walk<T extends Target> {
  #allow: Set<string> | undefined
  readonly #path: string
  readonly #method: string
  readonly #values: unknown[] = []
  /** Ways across several segments that led nowhere. They would lead nowhere from further on as well. */
  #dead: Set<Several<Node<T>>> | undefined
  /** The text that a converter of the user's is to read once the rest of the path is known to fit. */
  #pending: { index: number; text: string; converter: AnyConverter; read: boolean } | undefined

  constructor(path: string, method: string) {
    this.#path = path
    this.#method = method
  }

  /** The methods of the rules that fit the path. */
  get allow(): ReadonlySet<string> {
    return this.#allow ?? NO_METHODS
  }

  from(node: Node<T>, at: number): Found<T> | undefined {
    if (at > this.#path.length) return this.#arrive(node)
    const end = this.#endOfSegment(at)
    const text = this.#path.slice(at, end)
    const child = node.statics?.get(text)
    const found = child === undefined ? undefined : this.from(child, end + 1)
    return found ?? this.#acrossOne(node, text, end) ?? this.#acrossSeveral(node, at)
  }

  #arrive(node: Node<T>): Found<T> | undefined {
    const withSlash = node.statics?.get('')
    if (!node.isEnd && withSlash === undefined) return undefined
    if (!this.#settle()) return undefined
    const leaf = node.pick(this.#method)
    if (leaf !== undefined) return this.#found(leaf, false)
    if (node.isEnd) this.#allow = new Set([...this.allow, ...node.allow])
    const slashed = withSlash?.pick(this.#method)
    return slashed === undefined ? undefined : this.#found(slashed, true)
  }

  #found(leaf: Leaf<T>, slashMissing: boolean): Found<T> {
    return { rule: leaf.rule, names: leaf.names, values: this.#values, slashMissing }
  }

  #acrossOne(node: Node<T>, text: string, end: number): Found<T> | undefined {
    if (text === '') return undefined
    const { prefixed, prefixLengths, singles } = node
    for (const length of prefixLengths) {
      const steps = prefixed?.get(text.slice(0, length)) ?? NONE
      const found = this.#firstOf(steps, text, end)
      if (found !== undefined) return found
    }
    return singles.length === 0 ? undefined : this.#firstOf(singles, text, end)
  }

  #firstOf(steps: readonly Single<Node<T>>[], text: string, end: number): Found<T> | undefined {
    const mark = this.#values.length
    for (const step of steps) {
      const found = capture(step, text, this.#values) ? this.from(step.node, end + 1) : undefined
      if (found !== undefined) return found
      this.#values.length = mark
    }
    return undefined
  }

  #acrossSeveral(node: Node<T>, at: number): Found<T> | undefined {
    for (const step of node.severals) {
      const from = at + step.prefix.length
      if (this.#dead?.has(step) || !this.#path.startsWith(step.prefix, at)) continue
      if (from >= this.#path.length || this.#path[from] === '/') continue
      const found = this.#stretch(step, from)
      if (found !== undefined) return found
      this.#dead ??= new Set()
      this.#dead.add(step)
    }
    return undefined
  }

  /** Tries each end that a step may have, the nearest first. */
  #stretch(step: Several<Node<T>>, from: number): Found<T> | undefined {
    const mark = this.#values.length
    let end = step.endsPath ? this.#path.length : this.#endOfSegment(from)
    for (; end <= this.#path.length; end = this.#endOfSegment(end + 1)) {
      const to = end - step.suffix.length
      if (to > from && this.#path.endsWith(step.suffix, end)) {
        this.#take(step, from, to)
        const found = this.from(step.node, end + 1)
        if (found !== undefined) return found
        this.#values.length = mark
        this.#pending = undefined
      }
      if (end === this.#path.length) break
    }
    return undefined
  }

  #take(step: Several<Node<T>>, from: number, to: number): void {
    const text = this.#path.slice(from, to)
    const index = this.#values.push(text) - 1
    if (!step.plain) this.#pending = { index, text, converter: step.converter, read: false }
  }

  /** Lets the user's converter read its text. False if it does not match. */
  #settle(): boolean {
    if (this.#pending === undefined) return true
    const { index, text, converter, read } = this.#pending
    if (!read) this.#values[index] = converter.parse(text)
    this.#pending.read = true
    return this.#values[index] !== undefined
  }

  #endOfSegment(at: number): number {
    const slash = this.#path.indexOf('/', at)
    return slash === -1 ? this.#path.length : slash
  }
}
