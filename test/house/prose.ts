/**
 * Finds phrases that CONTRIBUTING.md advises against in prose: pages, READMEs, comments, messages and test titles.
 *
 *     npx tsx test/house/prose.ts [FOLDER …]     lists the findings
 *     npx tsx test/house/prose.ts --write        lowers the counts in prose.json to what is found now
 *
 * Why not an existing prose linter (29 November 2026): `write-good` 1.0.8 reports 736 places in the READMEs and pages,
 * 424 of which "may be passive", and none of the phrases below. `textlint` and `alex` look for other things too. Vale
 * could be taught these phrases, but its npm wrapper downloads a binary during installation. All of them would still
 * need the code below, which extracts comments, messages and titles from TypeScript: most of the prose is there.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync, Visitor } from 'oxc-parser'
import { files, read, root } from './workspace.ts'

interface Pattern {
  readonly phrase: RegExp
  /** What to write instead. */
  readonly better: string
  /** Applies to TypeScript only: in a page, the word may be about Python. */
  readonly code?: true
}

const comparatives = 'longer|more|less|later|earlier|better|worse|larger|smaller|faster|slower'

/** Nouns after which `who` is right. */
const people =
  'people|persons?|readers?|developers?|users?|those|anyone|everyone|students?|teachers?|visitors?|authors?'

const quaintVerbs =
  'dies|asks|wants|comes|takes|needs|writes|sends|gives|knows|holds|speaks|stays|leaves|would'

const patterns: Record<string, Pattern> = {
  'is no': {
    phrase: new RegExp(
      String.raw`(?<!\b[Tt]here )\b(?:is|are|was|were) (?:no|none)\b(?! (?:${comparatives})\b)`,
      'g',
    ),
    better: '"is not a …", "does not …", "cannot …", "invalid", "missing"',
  },
  nobody: {
    phrase: /\b(?:nobody|somebody|anybody|whoever|whichever)\b/gi,
    better: 'the actor: "the client", "the caller", "the handler", "you"',
  },
  whatever: { phrase: /\bwhatever\b/gi, better: '"regardless of …", "any …", "even if …"' },
  stands: {
    phrase: /\b(?:stands|stood)\b(?! for\b)/gi,
    better: '"is", "appears", "precedes", "is written"',
  },
  who: {
    phrase: new RegExp(String.raw`(?<!\b(?:${people}),? )\bwho (?:${quaintVerbs})\b`, 'gi'),
    better: 'the actor: "a worker that …", "a client that …"',
  },
  told: {
    phrase: /\b(?:is|are|was|were|be|been|being) told\b|\btold (?:is|are|was|of)\b/gi,
    better: '"receives", "is reported", "is declared"',
  },
  'at rest': { phrase: /\bat rest\b/gi, better: '"idle"' },
  'under way': { phrase: /\bunder way\b/gi, better: '"in progress", "in flight"' },
  'at hand': { phrase: /\bat hand\b/gi, better: '"available", "in scope"' },
  beside: {
    phrase: /\bbeside\b/gi,
    better: '"next to", "alongside", "compared with", "in addition to"',
  },
  'of its own': {
    phrase: /\bof (?:their|one's|one’s|his|our|my) own\b(?! \w)|\bof its own\b(?! \w)/gi,
    better: '"its own …", "a separate …", "a custom …"',
  },
  raises: { phrase: /\braises\b/gi, better: '"throws", "rejects with"', code: true },
  gives: {
    phrase: /\bgives\b(?! up\b)/gi,
    better: '"returns", "yields", "produces", "answers with"',
    code: true,
  },
  'has to': { phrase: /(?<!\bnot )\bhas to\b|\bshall\b/gi, better: '"must", "should"' },
  'what came': {
    phrase: /\bwhat (?:came|comes|(?:is|was|were) (?:asked|given|told|said|sent|there))\b/gi,
    better: 'the noun: "the value", "the received bytes", "the existing files"',
  },
  ending: {
    phrase: /\b(?:by|with|without) (?:its|their|the|an|another) endings?\b/gi,
    better: '"extension" of a file, "suffix"',
  },
  mend: {
    phrase: /\b(?:mend(?:s|ed|ing)?|by and by|as it stands|hands? out|handed out)\b(?![-.]\w)/gi,
    better: '"fix", "gradually", "as is", "returns"',
  },
}

export interface Finding {
  readonly path: string
  readonly line: number
  /** The key of the pattern in `patterns`. */
  readonly pattern: string
  readonly phrase: string
}

/** The comments, strings and templates of a script. Code is replaced by a character that no pattern matches. */
function proseOfCode(path: string, text: string): string {
  const { program, comments } = parseSync(path, text)
  const spans = comments.map(({ start, end }): [number, number] => [start, end])
  new Visitor({
    Literal({ start, end, value }) {
      if (typeof value === 'string') spans.push([start, end])
    },
    TemplateElement({ start, end }) {
      spans.push([start, end])
    },
  }).visit(program)
  const prose = text.replaceAll(/\S/g, '\0').split('')
  for (const [start, end] of spans)
    for (let at = start; at < end; at += 1) prose[at] = text.charAt(at)
  return prose.join('').replaceAll(/^[ \t]*(?:\/\*\*?|\*\/?|\/\/)/gm, ' ')
}

/** The phrases in a file that match a pattern, also if they cross a line, in the order of the patterns. */
export function findingsIn(path: string, text: string): Finding[] {
  const isCode = /\.[jt]s$/.test(path)
  const prose = isCode ? proseOfCode(path, text) : text
  return Object.entries(patterns).flatMap(([pattern, { phrase, code }]) => {
    if (code === true && !isCode) return []
    const acrossLines = new RegExp(phrase.source.replaceAll(' ', '\\s+'), phrase.flags)
    return [...prose.matchAll(acrossLines)].map(({ 0: found, index }) => ({
      path,
      line: prose.slice(0, index).split('\n').length,
      pattern,
      phrase: found.replaceAll(/\s+/g, ' '),
    }))
  })
}

/** A finding as one line for a person. */
export const describeFinding = ({ path, line, pattern, phrase }: Finding): string =>
  `${path}:${line}: "${phrase}". Write ${patterns[pattern]?.better ?? ''}`

const extensions = ['.ts', '.js', '.md', '.eta', '.html', '.json', '.css', '.conf']
/** The files that quote the phrases, and generated ones. */
const skipped = /^test\/house\/prose\.|^CONTRIBUTING\.md$|\/instance\/|\/build\//

/** The findings in the files of a folder, which is relative to the root. */
export const findingsBelow = (folder: string): Finding[] =>
  extensions
    .flatMap((extension) => files(folder, extension))
    .filter((path) => !skipped.test(path))
    .flatMap((path) => findingsIn(path, read(path)))

/** The folder that a finding counts for: `packages/core`, `test/server`, `docs`, or `.` for a file in the root. */
export function areaOf(path: string): string {
  const [top = '', folder, file] = path.split('/')
  if (folder === undefined) return '.'
  return /^(packages|test)$/.test(top) && file !== undefined ? `${top}/${folder}` : top
}

/** Counts by area, then by pattern. */
export type Counts = Record<string, Record<string, number>>

export function countsOf(findings: readonly Finding[]): Counts {
  const counts: Counts = {}
  for (const { path, pattern } of findings) {
    const area = (counts[areaOf(path)] ??= {})
    area[pattern] = (area[pattern] ?? 0) + 1
  }
  return counts
}

/** Describes the findings of each area and pattern that has more of them than `limits` allows, which is none by default. */
export function excessOf(findings: readonly Finding[], limits: Counts): string[] {
  const counts = countsOf(findings)
  return findings
    .filter(({ path, pattern }) => {
      const area = areaOf(path)
      return (counts[area]?.[pattern] ?? 0) > (limits[area]?.[pattern] ?? 0)
    })
    .map(describeFinding)
}

/** Good sentences that match a pattern, by file, each phrase with the reason. */
export const allowed: Record<string, Record<string, string>> = {
  'examples/blog/app.test.ts': { nobody: 'the name of a user' },
  'examples/blog/model/users.ts': { nobody: 'the salt of a hash' },
}

export const isAllowed = ({ path, phrase }: Finding): boolean =>
  allowed[path]?.[phrase.toLowerCase()] !== undefined

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [first = '.', ...others] = process.argv.slice(2)
  const folders = first === '--write' ? ['.'] : [first, ...others]
  const findings = folders.flatMap(findingsBelow).filter((finding) => !isAllowed(finding))
  const counts = JSON.stringify(countsOf(findings), null, 2)
  if (first === '--write') writeFileSync(join(root, 'test/house/prose.json'), `${counts}\n`)
  else console.log([...findings.map(describeFinding), counts].join('\n'))
}
