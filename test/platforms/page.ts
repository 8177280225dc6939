/** What `docs/embedding.md` says of the platforms: tables of what the tests expect. */
import { serverCases } from '@phial/core/conformance'
import { type Difference, differences, type Failure, failures } from './differences.ts'
import { isRuntime, type Platform, platforms, versions } from './platforms.ts'
import { requests } from './requests.ts'

const BEGIN = '<!-- platforms: written by test/platforms/page.test.ts -->\n'
const END = '<!-- end of platforms -->'

/** A page with its tables drawn anew. Throws if it has no place for them. */
export function redraw(page: string): string {
  const [before, rest] = page.split(BEGIN)
  const [, after] = rest?.split(END) ?? []
  if (before === undefined || after === undefined) throw new Error(`The page lacks ${BEGIN}${END}`)
  return `${before}${BEGIN}\n${tables()}\n${END}${after}`
}

function tables(): string {
  return [
    row(['', 'Node', ...platforms.map(title)]),
    row(['---', '---', ...platforms.map(() => '---')]),
    row(['conformance cases, over sockets', all(serverCases.length), ...cases('over sockets')]),
    row(['conformance cases, in process', all(serverCases.length), ...cases('in process')]),
    row(['requests with the same answer', all(requests.length), ...platforms.map(sameAnswers)]),
    row([
      '`phial-server -w 2`: start, `HUP`, a killed worker, `TERM`',
      'yes',
      'yes',
      'yes',
      'no',
      'no',
      'no',
    ]),
    '',
    'The answers that differ from those of `phial-server` on Node, and why:',
    '',
    row(['what', 'where', 'at which requests', 'why']),
    row(['---', '---', '---', '---']),
    ...differences.map(differenceRow),
    '',
    'The conformance cases that fail, and why:',
    '',
    row(['rule', 'case', 'where', 'why']),
    row(['---', '---', '---', '---']),
    ...failureRows(),
    '',
    'Under Deno, a connection that comes while a worker retires may be closed without an answer.',
    'workerd has no processes and no signals, and Lambda starts and stops its own, so `phial-server` runs on neither.',
    '',
  ].join('\n')
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const all = (count: number): string => `${count} of ${count}`

function title(platform: Platform): string {
  return isRuntime(platform) ? `${platform} ${versions[platform]}` : `Lambda, ${platform}`
}

/** How many cases pass. A function of an event is no server, so there are none for Lambda. */
function cases(where: Failure['where']): string[] {
  return platforms.map((platform) => {
    if (!isRuntime(platform)) return '–'
    const failed = failures.filter((one) => one.on === platform && one.where === where)
    return `${serverCases.length - failed.length} of ${serverCases.length}`
  })
}

function sameAnswers(platform: Platform): string {
  const own = differences.filter(({ on }) => on.includes(platform))
  const other = new Set(own.flatMap((one) => (one.requests === 'all' ? [] : one.requests)))
  return `${requests.length - other.size} of ${requests.length}`
}

function differenceRow({ what, on, requests: at, reason }: Difference): string {
  const where = on.length === platforms.length ? 'everywhere' : on.join(', ')
  const which = at === 'all' ? 'all' : at.join('; ')
  return row([what, where, which, reason])
}

/** A case that fails in two places has one row. */
function failureRows(): string[] {
  const rows = new Map<string, string[]>()
  for (const { rule, name, on, where, reason } of failures) {
    const key = [rule, name, reason].join('\n')
    rows.set(key, [...(rows.get(key) ?? []), `${on}, ${where}`])
  }
  return Array.from(rows, ([key, where]) => {
    const [rule = '', name = '', reason = ''] = key.split('\n')
    return row([rule, name, where.join('; '), reason])
  })
}
