/** The result of a check: a verdict on each rule, in the same form for applications, middleware and servers. */
import { rules } from '../rules/index.ts'
import type { Rule } from '../rules/rule.ts'

/** The verdict on one rule. */
export interface Verdict {
  /** The rule: its `id`, its `text`, and the `remedy` for a breach. */
  readonly rule: Rule
  /** `unseen` means that no request exercised the rule. */
  readonly verdict: 'kept' | 'broken' | 'unseen'
  /** The breach and its request, or why the rule could not be checked. Empty for a rule that was kept. */
  readonly found: string
}

/** The verdicts on all rules of one kind. */
export interface Check {
  /** In the order of SPEC.md. */
  readonly verdicts: readonly Verdict[]
  /** Errors that are not breaches of a rule: an application threw or did not respond. */
  readonly faults: readonly string[]
}

/** Returns the rules of some kinds: `ENV`, `APP`, `SRV`, `MID`. */
export function rulesOf(...kinds: readonly string[]): readonly Rule[] {
  return rules.filter(({ id }) => kinds.includes(id.replace(/-.*/, '')))
}

/** Returns the verdict on a rule. `broken` describes a breach, `missing` why the rule could not be checked. */
export function verdictOn(rule: Rule, broken?: string, missing?: string): Verdict {
  if (broken !== undefined) return { rule, verdict: 'broken', found: broken }
  return missing === undefined
    ? { rule, verdict: 'kept', found: '' }
    : { rule, verdict: 'unseen', found: missing }
}

/**
 * Formats an error as one line, with the first line of its stack, if it has one.
 *
 * ```ts
 * errorLine(new TypeError('no tea')) // TypeError: no tea (at brew (file:///srv/site/tea.ts:3:9))
 * ```
 */
export function errorLine(error: unknown): string {
  const [what = ''] = String(error).split('\n', 1)
  const [, where] = /\n +(at .*)/.exec(error instanceof Error ? (error.stack ?? '') : '') ?? []
  return where === undefined ? what : `${what} (${where})`
}

/**
 * Reports whether no rule was broken and no other error occurred. Unseen rules do not count.
 *
 * ```ts
 * if (!isFaultless(await checkApplication(app))) process.exitCode = 1
 * ```
 */
export function isFaultless({ verdicts, faults }: Check): boolean {
  return faults.length === 0 && verdicts.every(({ verdict }) => verdict !== 'broken')
}

/**
 * Formats a verdict as one line of text. A breach has the form of its error: the breach, the rule, and the remedy.
 *
 * ```ts
 * const { verdicts } = await checkApplication(app)
 * for (const verdict of verdicts) console.log(verdictText(verdict))
 * ```
 */
export function verdictText({ rule: { id, text, remedy }, verdict, found }: Verdict): string {
  const head = `${verdict.padEnd(6)}  ${id.padEnd(6)}`
  if (verdict === 'broken') return `${head}  ${found}. ${text} ${remedy}`
  return verdict === 'unseen' ? `${head}  ${found}. ${text}` : `${head}  ${text}`
}
