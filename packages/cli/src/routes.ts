/** `phial routes`: lists the routes of an app. */
import type { Rule } from 'phial'
import type { Program } from 'phial/tools'

/** Prints the app's rules: as a tree of their patterns, or as JSON in registration order. */
export async function routes({ json }: { json: boolean }, program: Program): Promise<void> {
  const rules = [...(await program.loadApp()).urlMap]
  program.echo(json ? JSON.stringify(rules.map(toJson), undefined, 2) : routeTree(rules))
}

function toJson(rule: Rule): object {
  const { pattern, allMethods, endpoint, host, subdomain, defaults, alias, buildOnly } = rule
  const redirectTo = typeof rule.redirectTo === 'string' ? rule.redirectTo : undefined
  return {
    pattern,
    methods: allMethods,
    endpoint,
    host,
    subdomain,
    defaults,
    alias,
    buildOnly,
    redirectTo,
  }
}

/** A part of a path, with the rules that end there and the parts that follow. */
interface Branch {
  readonly rules: Rule[]
  readonly branches: Map<string, Branch>
}

type Row = readonly [path: string, methods: string, endpoint: string]

/** Returns the rules as a tree with one line for each rule, sorted by path. If rules have hosts, these come first. */
export function routeTree(rules: Iterable<Rule>): string {
  const root = branch()
  for (const rule of rules) place(root, rule)
  const rows = rowsBelow(root, '')
  const width = (at: 0 | 1): number => Math.max(...rows.map((row) => row[at].length), 0)
  const [first, second] = [width(0), width(1)]
  const lines = rows.map(([path, methods, endpoint]) => {
    return `${path.padEnd(first)}  ${methods.padEnd(second)}  ${endpoint}`.trimEnd()
  })
  return lines.join('\n')
}

function branch(): Branch {
  return { rules: [], branches: new Map() }
}

function place(root: Branch, rule: Rule): void {
  let here = root
  for (const part of partsOf(rule)) {
    const next = here.branches.get(part) ?? branch()
    here.branches.set(part, next)
    here = next
  }
  here.rules.push(rule)
}

/** Splits a rule into its parts: `//host` if it has one, then `/posts` and `/:id` for `/posts/:id`. */
function partsOf({ pattern, host, subdomain }: Rule): string[] {
  const domain = host ?? subdomain
  const path = pattern.split(/(?=\{\/)|(?<!\{)(?=\/)/)
  return domain === undefined ? path : [`//${domain}`, ...path]
}

function rowsBelow({ branches }: Branch, indent: string): Row[] {
  const sorted = [...branches].toSorted(([one], [other]) => (one < other ? -1 : 1))
  return sorted.flatMap(([part, inner]) => {
    const [path, end] = collapse(part, inner)
    const [first, ...others] = end.rules
    const row = (rule: Rule | undefined, text: string): Row => [text, ...cellsOf(rule)]
    const rows = [row(first, indent + path), ...others.map((rule) => row(rule, ''))]
    return [...rows, ...rowsBelow(end, `${indent}  `)]
  })
}

/** Joins a part to the next one if it has no rules and only one branch. */
function collapse(path: string, here: Branch): [path: string, end: Branch] {
  const [[part, only] = ['', here], ...others] = here.branches
  const isOne = here.rules.length === 0 && others.length === 0 && only !== here
  return isOne ? collapse(path + part, only) : [path, here]
}

/** The cells for methods and endpoint. `HEAD` and `OPTIONS` are automatic, so they are omitted. */
function cellsOf(rule: Rule | undefined): [methods: string, endpoint: string] {
  if (rule === undefined) return ['', '']
  const { redirectTo } = rule
  const to = typeof redirectTo === 'function' ? 'a function' : redirectTo
  const notes = [
    rule.alias && 'alias',
    rule.buildOnly && 'for urlFor only',
    to && `redirects to ${to}`,
  ]
  const shown = notes.filter((note) => typeof note === 'string')
  return [
    rule.methods.join(' '),
    rule.endpoint + (shown.length > 0 ? `  (${shown.join(', ')})` : ''),
  ]
}
