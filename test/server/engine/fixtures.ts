/**
 * Requests as files, in the order of the RFC's sections, and beside each what it is answered with.
 *
 * A `.http` file is a request byte for byte: `\r`, `\n`, `\t`, `\xhh` and `\\` stand for what they do
 * in JavaScript, `{x*80}` for eighty times `x`, a line of `<end>` for the client's end of the
 * connection; the file's own line breaks are not part of it. The `.txt` beside it has the answers.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { readAnswer } from '../support/raw.ts'

const folder = new URL('fixtures/', import.meta.url)

export interface Fixture {
  /** `001-2.2-a-request` */
  readonly name: string
  readonly bytes: Buffer
  /** Whether the client ends the connection after them. */
  readonly ends: boolean
  readonly expected: string
}

/** All of them, in order. */
export function fixtures(): Fixture[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.http'))
  return files.toSorted().map((file) => {
    const name = file.slice(0, -'.http'.length)
    const text = readFileSync(new URL(file, folder), 'utf8')
    const ends = text.endsWith('\n<end>\n')
    const bytes = bytesOf(ends ? text.slice(0, -'<end>\n'.length) : text)
    return { name, bytes, ends, expected: readFileSync(new URL(`${name}.txt`, folder), 'utf8') }
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

/** What was answered, as the `.txt` files have it: statuses, bodies, and whether the connection is closed. */
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

/** Writes what is answered now into the files, to be looked at: `PHIAL_WRITE_FIXTURES=1`. */
export function write(name: string, answers: string): void {
  writeFileSync(new URL(`${name}.txt`, folder), answers)
}
