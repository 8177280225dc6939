/**
 * Reads the lessons. `lessons/*.json` describes each lesson. The code comes from the examples and the chapters of the
 * tutorial. The build includes the lessons in the page, and the tests run each of them.
 */
import { blocksOf } from '../../test/docs/page.ts'
import { files, read } from '../../test/house/workspace.ts'
import type { Check, File, Request } from './src/protocol.ts'

export interface Lesson {
  /** The fragment of its URL: `play.html#id`. */
  readonly id: string
  readonly group: string
  readonly title: string
  /** Paragraphs, with code between backticks. */
  readonly text: readonly string[]
  readonly files: readonly File[]
  readonly entry: string
  readonly request: Request
  readonly check: Check
  /** The files of the solution. */
  readonly solution: readonly File[]
  /** The rule that it breaks before it is solved. */
  readonly rule?: string | undefined
  /** The reason why it cannot run in a browser. */
  readonly needsNode?: string | undefined
}

/** A lesson in a JSON file. */
interface Written {
  readonly id: string
  readonly title: string
  readonly text: readonly string[]
  /** `NAME` for a file of the tutorial, or `NAME = PATH` for a file of the repository. */
  readonly files: readonly string[]
  readonly entry?: string
  /** `GET /?subject=john`, followed by headers and body in the format of HTTP. */
  readonly request?: string
  readonly solution?: readonly string[]
  /** The file that tests a solution. */
  readonly test?: string
  /** The rule that the mistake breaks. The lesson does not show it. */
  readonly rule?: string
  /** The response text of a fixed program. */
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

/** The files of the tutorial's chapters, including checks and solutions. */
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

/** Removes the lines of an example that start a server. */
const forBrowsers = (code: string): string =>
  code
    .replace(/^import .* from '@phial\/server'\n/m, '')
    .replace(/\n\/\/ Only when this file itself[^]*$/, '')

/** Returns links to the lessons, by group, which the page shows before its script has run. */
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
