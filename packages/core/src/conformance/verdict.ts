/** What a check says: a verdict on each rule, in one form for applications, middleware and servers. */
import { rules } from '../rules/index.ts'
import type { Rule } from '../rules/rule.ts'

/** What became of one rule. */
export interface Verdict {
  /** The rule: its `id`, its `text`, and the `remedy` for a breach. */
  readonly rule: Rule
  /** `unseen`: nothing that was asked gave it an occasion to be kept or broken. */
  readonly verdict: 'kept' | 'broken' | 'unseen'
  /** What came, and when; or what would have had to come. Empty for a rule that was kept. */
  readonly found: string
}

/** What became of all the rules of one kind. */
export interface Check {
  /** In the order of the spec. */
  readonly verdicts: readonly Verdict[]
  /** What went wrong beside the rules: where an application threw, or gave no answer. */
  readonly faults: readonly string[]
}

/** The rules of some kinds: `ENV`, `APP`, `SRV`, `MID`. */
export function rulesOf(...kinds: readonly string[]): readonly Rule[] {
  return rules.filter(({ id }) => kinds.includes(id.replace(/-.*/, '')))
}

/** The verdict on a rule, by what was found against it and what it lacked to be seen. */
export function verdictOn(rule: Rule, broken?: string, missing?: string): Verdict {
  if (broken !== undefined) return { rule, verdict: 'broken', found: broken }
  return missing === undefined
    ? { rule, verdict: 'kept', found: '' }
    : { rule, verdict: 'unseen', found: missing }
}

/**
 * An error in one line, with the place where it was made, if it says so.
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
 * Whether no rule was broken, and nothing else went wrong. What was not seen is no fault.
 *
 * ```ts
 * if (!isFaultless(await checkApplication(app))) process.exitCode = 1
 * ```
 */
export function isFaultless({ verdicts, faults }: Check): boolean {
  return faults.length === 0 && verdicts.every(({ verdict }) => verdict !== 'broken')
}

/**
 * A verdict as a line of text. A breach is told as its error would be: what came, which rule, what to do.
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
