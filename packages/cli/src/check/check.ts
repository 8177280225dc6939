/** `phial check`: what an app's code and templates name, and whether it is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { CommandError, type Phial, TemplateError } from 'phial'
import type { Found, Program } from 'phial/tools'
import { type Call, callsIn } from './calls.ts'
import { type Fault, judgeAddress, judgeForeignTag, judgeTemplate, judgeUrl } from './judge.ts'
import { platformResponses } from './responses.ts'
import { partsOf } from './template.ts'

/** Something that is wrong, and where. */
interface Finding {
  readonly file: string
  readonly line: number
  readonly fault: string
}

/**
 * Reads the app's code and its templates, without running a view, and prints what is wrong, a line for
 * each. Raises a `CommandError` if anything is, so that a check in continuous integration fails.
 */
export async function check(_: object, program: Program): Promise<void> {
  const app = await program.loadApp()
  const codes = await program.ownFiles(app)
  const templates = templatesOf(app)
  const findings = [
    ...(await Promise.all(codes.map((file) => inCode(app, file)))),
    ...(await Promise.all(templates.map((template) => inTemplate(app, template)))),
  ].flat()
  for (const { file, line, fault } of findings) {
    program.echo(`${relative(program.folder, file)}:${line}: ${fault}`)
  }
  const seen = `${count(codes.length, 'file')} of code, ${count(templates.length, 'template')}`
  if (findings.length > 0) throw new CommandError(`${count(findings.length, 'fault')} in ${seen}.`)
  program.echo(`No faults in ${seen}.`)
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}

/** Each template of the app and its blueprints, but for those that are hidden by another one. */
function templatesOf({ templateFolders, templates }: Phial): Found[] {
  const names = new Set(templateFolders.flatMap((folder) => filesBelow(folder, '')))
  return [...names]
    .flatMap((name) => templates.search(name) ?? [])
    .filter(({ source, name }) => name.endsWith('.eta') || source.includes('<%'))
}

function filesBelow(folder: string, under: string): string[] {
  if (!existsSync(join(folder, under))) return []
  const entries = readdirSync(join(folder, under), { withFileTypes: true })
  return entries.flatMap((entry) => {
    const path = under === '' ? entry.name : `${under}/${entry.name}`
    return entry.isDirectory() ? filesBelow(folder, path) : [path]
  })
}

async function inCode(app: Phial, file: string): Promise<Finding[]> {
  const source = readFileSync(file, 'utf8')
  const calls = callsIn({ path: file, source })
  return found(file, [
    ...calls.map(async (call) => [call.line, await judgeCall(app, call, undefined)] as const),
    ...platformResponses(file, source).map(async (line) => [line, PLATFORM_RESPONSE] as const),
  ])
}

const PLATFORM_RESPONSE =
  "this Response is the platform's, which sends text as text/plain: import { Response } from 'phial', or set Content-Type"

async function inTemplate(app: Phial, template: Found): Promise<Finding[]> {
  const { file, name } = template
  try {
    const { calls, addresses, foreign } = partsOf(template)
    return await found(file, [
      ...calls.map(async (call) => [call.line, await judgeCall(app, call, name)] as const),
      ...addresses.map(async (one) => [one.line, await judgeAddress(app, one)] as const),
      ...foreign.map(async ({ line, text }) => [line, judgeForeignTag(text)] as const),
    ])
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    const { cause, line = 1 } = error
    return [{ file, line, fault: cause instanceof Error ? cause.message : error.message }]
  }
}

async function judgeCall(app: Phial, call: Call, from: string | undefined): Promise<Fault> {
  if (call.name === 'urlFor') return judgeUrl(app, call)
  return judgeTemplate(app, call, from)
}

type Judged = Promise<readonly [line: number, fault: Fault]>

async function found(file: string, judged: Judged[]): Promise<Finding[]> {
  const all = await Promise.all(judged)
  const wrong = all.flatMap(([line, fault]) => (fault === undefined ? [] : [{ file, line, fault }]))
  return wrong.toSorted((one, other) => one.line - other.line)
}
