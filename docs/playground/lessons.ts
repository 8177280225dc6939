/**
 * Reads the lessons: `lessons/*.json` says of each what it is, the code comes from where it stands already, the
 * examples and the chapters of the tutorial. The build puts them into the page, the tests run each of them.
 */
import { blocksOf } from '../../test/docs/page.ts'
import { files, read } from '../../test/house/workspace.ts'
import type { Check, File, Request } from './src/protocol.ts'

export interface Lesson {
  /** Its address: `play.html#id`. */
  readonly id: string
  readonly group: string
  readonly title: string
  /** Paragraphs, with code between backticks. */
  readonly text: readonly string[]
  readonly files: readonly File[]
  readonly entry: string
  readonly request: Request
  readonly check: Check
  /** Files that solve it. */
  readonly solution: readonly File[]
  /** The rule that it breaks as it stands. */
  readonly rule?: string | undefined
  /** Why it cannot run in a browser. */
  readonly needsNode?: string | undefined
}

/** A lesson as it is written down. */
interface Written {
  readonly id: string
  readonly title: string
  readonly text: readonly string[]
  /** The page of the tutorial whose files, and those of the chapters before, are meant. */
  readonly chapter?: string
  /** `NAME` of the chapter, or `NAME = PATH` of the repository. */
  readonly files: readonly string[]
  readonly entry?: string
  /** `GET /?subject=john`, then headers and body as on the wire. */
  readonly request?: string
  readonly solution?: readonly string[]
  /** The file that tests a solution. */
  readonly test?: string
  /** The rule that the mistake breaks, which the lesson does not tell. */
  readonly rule?: string
  /** What a mended program answers. */
  readonly answer?: string
  readonly needsNode?: string
}

interface Group {
  readonly group: string
  readonly lessons: readonly Written[]
}

export const lessons = (): Lesson[] =>
  files('docs/playground/lessons', '.json')
    .sort()
    .flatMap((path) => {
      const { group, lessons } = JSON.parse(read(path)) as Group
      return lessons.map((written) => lessonOf(group, written))
    })

function lessonOf(group: string, written: Written): Lesson {
  const { id, title, text, entry = 'app:app', needsNode } = written
  const request = requestOf(written.request ?? 'GET /')
  const fileOf = (line: string): File => {
    const [name = '', path] = line.split(' = ')
    return { name, text: path === undefined ? inChapter(name) : forBrowsers(read(path)) }
  }
  return {
    id,
    group,
    title,
    text,
    files: written.files.map(fileOf),
    entry,
    request,
    check: checkOf(written, request),
    solution: (written.solution ?? []).map(fileOf),
    rule: written.rule,
    needsNode,
  }
}

function checkOf({ test, answer }: Written, { target }: Request): Check {
  if (test !== undefined) return { kind: 'test', file: test }
  const paths = [target]
  return answer === undefined ? { kind: 'rules', paths } : { kind: 'mistake', paths, text: answer }
}

function requestOf(text: string): Request {
  const [head = '', ...body] = text.split('\n\n')
  const [line = '', ...lines] = head.split('\n')
  const [method = 'GET', target = '/'] = line.split(' ')
  const headers = lines.map((one): [string, string] => {
    const [name = '', value = ''] = one.split(': ')
    return [name, value]
  })
  return { method, target, headers, body: body.join('\n\n') }
}

/** The files that the tutorial's chapters tell one to type, their checks and solutions included. */
const typed = new Map(
  files('docs/learn', '.md').flatMap((path) =>
    blocksOf(read(path)).flatMap(({ file, code }) => (file === undefined ? [] : [[file, code]])),
  ),
)

function inChapter(name: string): string {
  const code = typed.get(name)
  if (code === undefined) throw new Error(`No chapter of docs/learn has a file ${name}.`)
  return `${code}\n`
}

/** An example without the lines that start a server of it. */
const forBrowsers = (code: string): string =>
  code
    .replace(/^import .* from '@phial\/server'\n/m, '')
    .replace(/\n\/\/ Only when this file itself[^]*$/, '')

/** The lessons by group, as links: what the page shows before its script has run. */
export function linksOf(all: readonly Lesson[]): string {
  const groups = new Set(all.map(({ group }) => group))
  const item = ({ id, title }: Lesson): string =>
    `<li><a id="${id}" href="#${id}">${title}</a></li>`
  return [...groups]
    .map((group) => {
      const items = all.filter((lesson) => lesson.group === group).map(item)
      return `<h2>${group}</h2><ol>${items.join('')}</ol>`
    })
    .join('')
}
