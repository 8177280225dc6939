/**
 * Routing without regard to speed: tries every rule in every way, and the most specific match wins. Tests compare the tree
 * with it.
 */

/** The kinds of segments, from the most to the least specific. */
export const kinds = ['a', 'b', 'a-:', ':int', ':', '*'] as const
export type Kind = (typeof kinds)[number]

export interface ModelRule {
  readonly segments: readonly Kind[]
  readonly slash: boolean
  readonly method: string
}

export function patternOf({ segments, slash }: ModelRule): string {
  const named = segments.map((kind, index) => {
    if (kind === ':int') return `/:p${index}`
    return kind.endsWith(':') || kind === '*' ? `/${kind}p${index}` : `/${kind}`
  })
  return `${named.join('')}${slash || segments.length === 0 ? '/' : ''}`
}

/** The index of the matched rule, `to …/` for a redirect, or the methods of the path. */
export function modelMatch(rules: readonly ModelRule[], path: string, method: string): unknown {
  const parts = path.slice(1).split('/')
  const ways = rules.flatMap((rule, index) =>
    waysOf(rule, parts).map((way) => ({ ...way, rule, index })),
  )
  const [best] = ways
    .filter(({ rule }) => rule.method === method)
    .toSorted((one, other) => compare(one.key, other.key))
  if (best !== undefined) return best.slashMissing ? `to ${path}/` : best.index
  const exact = ways.filter(({ slashMissing }) => !slashMissing)
  return [...new Set(exact.map(({ rule }) => rule.method))].toSorted()
}

interface Way {
  /** How specific each segment of the pattern is, and where it ends. */
  readonly key: readonly number[]
  readonly slashMissing: boolean
}

function waysOf({ segments, slash }: ModelRule, parts: readonly string[]): Way[] {
  let ways: { key: number[]; at: number }[] = [{ key: [], at: 0 }]
  for (const kind of segments) {
    ways = ways.flatMap(({ key, at }) =>
      endsOf(kind, parts, at).map((end) => ({ key: [...key, kinds.indexOf(kind), end], at: end })),
    )
  }
  const hasSlash = slash || segments.length === 0
  return ways.flatMap(({ key, at }): Way[] => {
    const isOver = at === parts.length
    if (!hasSlash) return isOver ? [{ key, slashMissing: false }] : []
    if (isOver) return [{ key: [...key, Infinity], slashMissing: true }]
    const isSlash = at === parts.length - 1 && parts[at] === ''
    return isSlash ? [{ key: [...key, 0, at + 1], slashMissing: false }] : []
  })
}

/** The possible ends of a segment of the pattern that starts at this part of the path. */
function endsOf(kind: Kind, parts: readonly string[], at: number): number[] {
  const part = parts[at]
  if (part === undefined || part === '') return []
  if (kind === '*') return parts.slice(at).map((_, index) => at + index + 1)
  const fits: Record<Exclude<Kind, '*'>, boolean> = {
    a: part === 'a',
    b: part === 'b',
    'a-:': /^a-./.test(part),
    ':int': /^\d+$/.test(part),
    ':': true,
  }
  return fits[kind] ? [at + 1] : []
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (const [index, value] of one.entries()) {
    const against = other[index]
    if (against === undefined) return 1
    if (value !== against) return value - against
  }
  return one.length - other.length
}
