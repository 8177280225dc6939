/**
 * Requests with their expected answers: one file per section of the RFC, read top to bottom.
 *
 *     === §2.2 a request               the section and the case
 *     GET / HTTP/1.1\r\n               the request, byte for byte
 *     --- answer                       the response, and whether the connection stays open
 *     200 OK
 *
 * In a request, `\r`, `\n`, `\t`, `\xhh` and `\\` have the same meaning as in JavaScript, `{x*80}` is `x` eighty times,
 * and a line `<end>` means that the client closes its side. Line breaks of the file are ignored.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { readAnswer } from '../support/raw.ts'

const folder = new URL('fixtures/', import.meta.url)

export interface Fixture {
  /** The section and the case: `§2.2 a request`. */
  readonly name: string
  readonly bytes: Buffer
  /** Whether the client ends the connection after the request. */
  readonly ends: boolean
  readonly expected: string
}

/** Returns all fixtures, in the order of the sections. */
export function fixtures(): Fixture[] {
  const files = readdirSync(folder).toSorted()
  return files.flatMap((file) => casesOf(readFileSync(new URL(file, folder), 'utf8')))
}

function casesOf(text: string): Fixture[] {
  const [, ...cases] = text.split(/^=== /m)
  return cases.map((one) => {
    const [, name = '', request = '', end, expected = ''] =
      /^(.*)\n([^]*?)(<end>\n)?--- answer\n([^]*?)\n*$/.exec(one) ?? []
    return { name, bytes: bytesOf(request), ends: end !== undefined, expected: `${expected}\n` }
  })
}

function bytesOf(text: string): Buffer {
  const whole = text
    .replaceAll('\n', '')
    .replaceAll(/\{([^{}]+)\*(\d+)\}/g, (_, part: string, times: string) =>
      part.repeat(Number(times)),
    )
  const plain = whole.replaceAll(/\\(?:x([0-9a-f]{2})|(.))/g, (_, hex?: string, char = '') =>
    hex === undefined
      ? ({ r: '\r', n: '\n', t: '\t' }[char as string] ?? String(char))
      : String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(plain, 'latin1')
}

/** Formats responses as in the files: statuses, bodies, and whether the connection is closed. */
export function shown(answered: string, isClosed: boolean, method: string): string {
  const lines: string[] = []
  let rest = answered
  while (rest !== '') {
    const answer = readAnswer(rest, lines.length === 0 ? method : 'GET', isClosed)
    const body =
      answer.body === '' ? [] : Buffer.from(answer.body, 'latin1').toString().trimEnd().split('\n')
    lines.push(answer.status, ...body.map((line) => `  ${line}`))
    if (!answer.complete) lines.push('  …')
    rest = answer.complete ? answer.rest : ''
  }
  return `${[...lines, isClosed ? 'closed' : 'open'].join('\n')}\n`
}

/** Replaces the expected response of a fixture, for review: `PHIAL_WRITE_FIXTURES=1`. */
export function write(name: string, answers: string): void {
  for (const file of readdirSync(folder)) {
    const place = new URL(file, folder)
    const text = readFileSync(place, 'utf8')
    const begin = text.indexOf(`=== ${name}\n`)
    if (begin < 0) continue
    const answer = text.indexOf('--- answer\n', begin) + '--- answer\n'.length
    const next = text.indexOf('\n=== ', answer)
    const after = next < 0 ? '' : text.slice(next)
    writeFileSync(place, text.slice(0, answer) + answers + after)
  }
}
