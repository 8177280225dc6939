/** `phial check`: checks that the names in an app's code and templates exist. */
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { CommandError, type Phial, TemplateError } from 'phial'
import type { Found, Program } from 'phial/tools'
import { type Call, callsIn } from './calls.ts'
import { Data } from './data.ts'
import { type Fault, judgeAddress, judgeForeignTag, judgeTemplate, judgeUrl } from './judge.ts'
import { platformResponses } from './responses.ts'
import { renderingsIn } from './renderings.ts'
import { type Parts, partsOf } from './template.ts'

/** A file of the app's code. */
interface CodeFile {
  readonly path: string
  readonly source: string
}

/** A fault, with its file and line. */
interface Finding {
  readonly file: string
  readonly line: number
  readonly fault: string
}

/**
 * Checks the app's code and templates without running a view, and prints one line for each fault. Throws
 * `CommandError` if there are faults, so that a CI job fails.
 */
export async function check(_: object, program: Program): Promise<void> {
  const app = await program.loadApp()
  const codes = await program.ownFiles(app)
  const templates = templatesOf(app)
  const sources = codes.map((path) => ({ path, source: readFileSync(path, 'utf8') }))
  const read = templates.map(readTemplate)
  const data = new Data(
    sources.flatMap(({ path, source }) => renderingsIn(path, source)),
    read.flatMap(({ name, parts }) => (parts === undefined ? [] : [{ name, calls: parts.calls }])),
  )
  const findings = [
    ...(await Promise.all(sources.map((code) => inCode(app, code)))),
    ...(await Promise.all(read.map((template) => inTemplate(app, template, data)))),
  ].flat()
  for (const { file, line, fault } of findings) {
    program.echo(`${relative(program.folder, file)}:${line}: ${fault}`)
  }
  const seen = `${count(codes.length, 'source file')} and ${count(templates.length, 'template')}`
  if (findings.length > 0) throw new CommandError(`${count(findings.length, 'fault')} in ${seen}.`)
  program.echo(`No faults in ${seen}.`)
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}

/** Returns each template of the app and its blueprints, except those that another template overrides. */
function templatesOf({ templates }: Phial): Found[] {
  return templates
    .all()
    .flatMap((name) => templates.search(name) ?? [])
    .filter(({ source, name }) => name.endsWith('.eta') || source.includes('<%'))
}

async function inCode(app: Phial, { path, source }: CodeFile): Promise<Finding[]> {
  const calls = callsIn({ path, source })
  return found(path, [
    ...calls.map(async (call) => [call.line, await judgeCall(app, call, undefined)] as const),
    ...platformResponses(path, source).map(async (line) => [line, PLATFORM_RESPONSE] as const),
  ])
}

const PLATFORM_RESPONSE =
  "this Response is the platform's, which sends strings as text/plain. Add import { Response } from 'phial', or set Content-Type"

/** A template, with its parts, or with the finding if it cannot be parsed. */
interface Read {
  readonly name: string
  readonly file: string
  readonly parts: Parts | undefined
  readonly findings: readonly Finding[]
}

function readTemplate(template: Found): Read {
  const { name, file } = template
  try {
    return { name, file, parts: partsOf(template), findings: [] }
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    const { cause, line = 1 } = error
    const fault = cause instanceof Error ? cause.message : error.message
    return { name, file, parts: undefined, findings: [{ file, line, fault }] }
  }
}

async function inTemplate(app: Phial, template: Read, data: Data): Promise<readonly Finding[]> {
  const { name, file, parts, findings } = template
  if (parts === undefined) return findings
  return found(file, [
    ...parts.calls.map(async (call) => [call.line, await judgeCall(app, call, name)] as const),
    ...parts.addresses.map(async (one) => [one.line, await judgeAddress(app, one)] as const),
    ...parts.foreign.map(async ({ line, text }) => [line, judgeForeignTag(text)] as const),
    ...parts.uses.map(async (use) => [use.line, data.judge(name, use)] as const),
  ])
}

async function judgeCall(app: Phial, call: Call, from: string | undefined): Promise<Fault> {
  if (call.name === 'urlFor') return judgeUrl(app, call)
  return judgeTemplate(app, call, from)
}

type Judged = Promise<readonly [line: number, fault: Fault]>

async function found(file: string, judged: Judged[]): Promise<Finding[]> {
  const all = await Promise.all(judged)
  const wrong = all.flatMap(([line, fault]) => (fault === undefined ? [] : [{ file, line, fault }]))
  const once = new Map(wrong.map((one) => [`${one.line} ${one.fault}`, one]))
  return [...once.values()].toSorted((one, other) => one.line - other.line)
}
