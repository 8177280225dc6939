/** Generates the tables about platforms in `docs/embedding.md` from what the tests expect. */
import { serverCases } from '@phial/core/conformance'
import { type Difference, differences, type Failure, failures } from './differences.ts'
import { isRuntime, type Platform, platforms, versions } from './platforms.ts'
import { requests } from './requests.ts'

const BEGIN = '<!-- platforms: written by test/platforms/page.test.ts -->\n'
const END = '<!-- end of platforms -->'

/** Returns a page with its tables replaced. Throws if the page has no markers for them. */
export function redraw(page: string): string {
  const [before, rest] = page.split(BEGIN)
  const [, after] = rest?.split(END) ?? []
  if (before === undefined || after === undefined)
    throw new Error(`Expected the page to contain ${BEGIN}${END}`)
  return `${before}${BEGIN}\n${tables()}\n${END}${after}`
}

function tables(): string {
  return [
    row(['', 'Node', ...platforms.map(title)]),
    row(['---', '---', ...platforms.map(() => '---')]),
    row(['conformance cases, over sockets', all(serverCases.length), ...cases('over sockets')]),
    row(['conformance cases, in process', all(serverCases.length), ...cases('in process')]),
    row(['requests with the same response', all(requests.length), ...platforms.map(sameResponses)]),
    row([
      '`phial-server -w 2`: start, `HUP`, killed worker, `TERM`',
      'yes',
      'yes',
      'yes',
      'no',
      'no',
      'no',
    ]),
    '',
    'These responses differ from those of `phial-server` on Node:',
    '',
    row(['difference', 'platform', 'requests', 'reason']),
    row(['---', '---', '---', '---']),
    ...differences.map(differenceRow),
    '',
    'These conformance cases fail:',
    '',
    row(['rule', 'case', 'platform', 'reason']),
    row(['---', '---', '---', '---']),
    ...failureRows(),
    '',
    'Under Bun and Deno, each worker has its own queue of waiting connections. Before it closes the queue, it accepts the waiting connections for up to a second. A connection that arrives just before the close, after HUP or TERM, may be closed without a response: with 8 clients that connected continuously, 10 reloads lost up to 5 of 11,000 connections under Bun, and up to 19 of 13,000 under Deno.',
    '',
    'workerd has no processes or signals, and Lambda manages its own processes, so `phial-server` does not run on either.',
    '',
  ].join('\n')
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const all = (count: number): string => `${count} of ${count}`

function title(platform: Platform): string {
  return isRuntime(platform) ? `${platform} ${versions[platform]}` : `Lambda, ${platform}`
}

/** Returns how many cases pass. Lambda has none, because a handler of events is not a server. */
function cases(where: Failure['where']): string[] {
  return platforms.map((platform) => {
    if (!isRuntime(platform)) return '–'
    const failed = failures.filter((one) => one.on === platform && one.where === where)
    return `${serverCases.length - failed.length} of ${serverCases.length}`
  })
}

function sameResponses(platform: Platform): string {
  const own = differences.filter(({ on }) => on.includes(platform))
  const other = new Set(own.flatMap((one) => (one.requests === 'all' ? [] : one.requests)))
  return `${requests.length - other.size} of ${requests.length}`
}

function differenceRow({ what, on, requests: at, reason }: Difference): string {
  const where = on.length === platforms.length ? 'all' : on.join(', ')
  const which = at === 'all' ? 'all' : at.join('; ')
  return row([what, where, which, reason])
}

/** Returns the rows for failed cases. A case that fails on several platforms has one row. */
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
