/** Computes which data, and which fields of forms, each template of an app receives. */
import { posix } from 'node:path'
import { nearest } from 'phial/tools'
import type { Call } from './calls.ts'
import type { Fault } from './judge.ts'
import type { Rendering } from './renderings.ts'
import type { Use } from './uses.ts'
import { textOf, type Value } from './values.ts'

/** Names of data, each with the fields of its form if they are known. */
type Names = ReadonlyMap<string, readonly string[] | undefined>

/** A template, by its name relative to the template folder: `posts/index.eta`. */
interface Source {
  readonly name: string
  /** The calls in the template, including those of `include` and `layout`. */
  readonly calls: readonly Call[]
}

/** The data that templates receive from code, from templates that include or extend them, and from context processors. */
export class Data {
  /** By template. A template that is not listed may receive anything. */
  readonly #given: ReadonlyMap<string, Names>

  constructor(renderings: readonly Rendering[], templates: readonly Source[]) {
    this.#given = spread(direct(renderings), templates)
  }

  /** Checks a name, or a field of a form. An unknown name is reported only if a similar name exists. */
  judge(template: string, { name, field }: Use): Fault {
    const given = this.#given.get(template)
    if (given === undefined) return undefined
    if (field !== undefined) return judgeField(name, field, given.get(name))
    if (given.has(name)) return undefined
    const [meant] = nearest(name, given.keys())
    if (meant === undefined) return undefined
    return `no code passes ${name} to this template. Did you mean it.${meant}?`
  }
}

function judgeField(form: string, field: string, fields: readonly string[] | undefined): Fault {
  const [first = ''] = field.split(/[.[]/)
  if (fields === undefined || fields.includes(field) || fields.includes(first)) return undefined
  const [meant] = nearest(field, fields)
  const help = meant === undefined ? `It has ${fields.join(', ')}.` : `Did you mean ${meant}?`
  return `the form ${form} has no field ${field}. ${help}`
}

/** Returns the data that the code passes to each template; `undefined` if it may be anything. */
function direct(renderings: readonly Rendering[]): Map<string, Names | undefined> {
  const given = new Map<string, Names | undefined>()
  const everywhere = renderings.filter(({ template }) => template === undefined)
  for (const { template, data } of renderings) {
    if (template === undefined) continue
    const name = withExtension(template)
    given.set(name, given.has(name) ? merged(given.get(name), data) : data)
  }
  for (const { data } of everywhere)
    for (const [name, names] of given) given.set(name, data && merged(names, data))
  return given
}

/** Passes the data of each template on to the templates that it includes and to its layout. */
function spread(
  given: Map<string, Names | undefined>,
  templates: readonly Source[],
): Map<string, Names> {
  const flows = templates.flatMap(({ name, calls }) => calls.flatMap((call) => flowsOf(name, call)))
  const isTarget = (template: string): boolean => flows.some(({ to }) => to === template)
  // A template that no code names is rendered by a name that is known only at run time.
  for (const { name } of templates)
    if (!given.has(name) && !isTarget(name)) given.set(name, undefined)
  for (let round = 0; round <= templates.length; round += 1) {
    for (const { from, to, added } of flows) {
      if (!given.has(from)) continue
      const all = added && merged(given.get(from), added)
      given.set(to, given.has(to) ? merged(given.get(to), all) : all)
    }
  }
  const known = [...given].flatMap(([name, names]) => (names ? [[name, names] as const] : []))
  return new Map(known)
}

interface Flow {
  readonly from: string
  readonly to: string
  readonly added: Names | undefined
}

function flowsOf(from: string, { name, args: [target, data] }: Call): Flow[] {
  if (name !== 'include' && name !== 'layout') return []
  const targets = target?.kind === 'list' ? target.items.map(textOf) : [textOf(target)]
  const added = namesOf(data, name === 'layout' ? ['body'] : [])
  return targets.flatMap((to) => {
    if (to === undefined) return []
    const path = to.startsWith('.') ? posix.join(posix.dirname(from), to) : to
    return [{ from, to: withExtension(path), added }]
  })
}

function namesOf(data: Value | undefined, more: readonly string[]): Names | undefined {
  if (data !== undefined && (data.kind !== 'object' || !data.isWhole)) return undefined
  const names = [...(data?.entries.keys() ?? []), ...more]
  return new Map(names.map((name) => [name, undefined]))
}

/** Merges two sets of names. The result is `undefined`, which means anything, if either is. So are the fields of a form. */
function merged(one: Names | undefined, other: Names | undefined): Names | undefined {
  if (one === undefined || other === undefined) return undefined
  const names = new Map(one)
  for (const [name, fields] of other) {
    const present = names.get(name)
    const both = present && fields && [...new Set([...present, ...fields])]
    names.set(name, names.has(name) ? both : fields)
  }
  return names
}

/** Adds the default extension `.eta` to a name without one. */
function withExtension(template: string): string {
  return /\.[^/]+$/.test(template) ? template : `${template}.eta`
}
