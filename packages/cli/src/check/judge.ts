/** Whether what code and templates name is there: routes with their parameters, templates, files. */
import { BuildError, NotFound, type Phial, TemplateNotFound, type UrlValues } from 'phial'
import type { Call } from './calls.ts'
import type { Linked } from './template.ts'
import { textOf, type Value } from './values.ts'

/** Stands for a value that only running the code would tell. */
const SOME = { toString: () => 'x' }

/** What is wrong with one thing that is named; `undefined` if nothing is. */
export type Fault = string | undefined

/** `urlFor(…)`: the endpoint, its parameters and, of static files, the file. */
export async function judgeUrl(app: Phial, { args: [name, given, options] }: Call): Promise<Fault> {
  const named = textOf(name)
  if (named === undefined) return undefined
  const endpoint = endpointOf(app, named)
  const values = valuesOf(given)
  const method = options?.kind === 'object' ? textOf(options.entries.get('method')) : undefined
  const built = build(app, endpoint, values, method)
  if (built.fault !== undefined || built.path === undefined) return built.fault
  const isExact = !Object.values(values.given).includes(SOME)
  return isExact && isStatic(endpoint) ? judgeFile(app, built.path, built.host) : undefined
}

/** `.index` is an endpoint of the current blueprint, which is not known here: any blueprint that has it will do. */
function endpointOf(app: Phial, name: string): string {
  if (!name.startsWith('.')) return name
  const endpoints = [...app.urlMap].map(({ endpoint }) => endpoint)
  return endpoints.find((endpoint) => endpoint.endsWith(name)) ?? name.slice(1)
}

interface Values {
  readonly given: UrlValues
  /** Whether there are no others. */
  readonly isWhole: boolean
}

function valuesOf(value: Value | undefined): Values {
  if (value === undefined) return { given: {}, isWhole: true }
  if (value.kind !== 'object') return { given: {}, isWhole: false }
  const entries = [...value.entries].map(
    ([name, one]) => [name, one.kind === 'literal' ? one.value : SOME] as const,
  )
  return { given: Object.fromEntries(entries), isWhole: value.isWhole }
}

interface Built {
  readonly fault: Fault
  /** Percent-decoded, without a query. */
  readonly path?: string
  readonly host?: string | undefined
}

/** Builds the URL; where that fails because a value is not known, nothing is wrong. */
function build(app: Phial, endpoint: string, values: Values, method: string | undefined): Built {
  const isThere = [...app.urlMap].some((rule) => rule.endpoint === endpoint)
  try {
    const all = isThere ? app.urlHooks.inject(endpoint, values.given) : values.given
    const { path, host } = app.urlMap.address(endpoint, all, method === undefined ? {} : { method })
    const [bare = ''] = path.split('?')
    return { fault: undefined, path: decodeURIComponent(bare), host }
  } catch (error) {
    // A hook that adds values needs its request.
    if (!(error instanceof BuildError)) return { fault: undefined }
    const isUnknown = Object.values(values.given).includes(SOME) && error.cause !== undefined
    return { fault: isThere && (!values.isWhole || isUnknown) ? undefined : error.message }
  }
}

function isStatic(endpoint: string): boolean {
  return endpoint === 'static' || endpoint.endsWith('.static')
}

/** Asks the view of static files, without hooks and without a server. */
async function judgeFile(app: Phial, path: string, host: string | undefined): Promise<Fault> {
  const match = app.urlMap.match('GET', path, host)
  if (match.kind !== 'found' || !isStatic(match.rule.endpoint)) return undefined
  const { rule, values } = match
  const context = app.testRequestContext(encodeURI(path), { method: 'HEAD' })
  try {
    await context.run(async () => rule.target(values, context))
    return undefined
  } catch (error) {
    if (error instanceof NotFound) return `there is no such file: ${path}`
    throw error
  }
}

/** `renderTemplate(…)`, `include(…)` and the like: the template. `from` is the template that says it. */
export function judgeTemplate(app: Phial, { args: [name] }: Call, from: string | undefined): Fault {
  const names = name?.kind === 'list' ? name.items.map(textOf) : [textOf(name)]
  const all = names.filter((one) => one !== undefined)
  if (all.length === 0 || all.length < names.length) return undefined
  try {
    app.templates.find(all, from)
    return undefined
  } catch (error) {
    return error instanceof TemplateNotFound ? error.message : undefined // any other is that template's own fault
  }
}

/** An address in HTML: that a form's takes its method, and that a file is there. */
export async function judgeAddress(app: Phial, linked: Linked): Promise<Fault> {
  const { call, address, isPlain, method } = linked
  if (method !== undefined) return judgeForm(app, linked, method)
  if (call !== undefined || !isPlain) return undefined // judged as a call
  return isPath(address) ? judgeFile(app, pathOf(address), undefined) : undefined
}

function judgeForm(app: Phial, { call, address, isPlain }: Linked, method: string): Fault {
  if (method.includes('\u0001') || method === 'DIALOG') return undefined
  if (method !== 'GET' && method !== 'POST') {
    return `a form sends GET or POST; for ${method} browsers send GET`
  }
  if (call !== undefined) return judgeFormCall(app, call, method)
  return isPlain && isPath(address)
    ? judgeMethod(app, method, pathOf(address), undefined)
    : undefined
}

function judgeFormCall(app: Phial, { args: [name, given] }: Call, method: string): Fault {
  const named = textOf(name)
  if (named === undefined) return undefined
  const endpoint = endpointOf(app, named)
  const { path, host } = build(app, endpoint, valuesOf(given), undefined)
  if (path !== undefined) return judgeMethod(app, method, path, host)
  const rules = [...app.urlMap].filter((rule) => rule.endpoint === endpoint)
  const takes = rules.length === 0 || rules.some(({ methods }) => methods.includes(method))
  return takes ? undefined : `${endpoint} does not take ${method}`
}

function judgeMethod(app: Phial, method: string, path: string, host: string | undefined): Fault {
  const match = app.urlMap.match(method, path, host)
  if (match.kind === 'not-found') return `nothing answers ${path}`
  if (match.kind !== 'wrong-method') return undefined
  return `${path} does not take ${method}; it takes ${match.allow.join(', ')}`
}

/** A path on this site, and no other site's address. */
function isPath(address: string): boolean {
  return /^\/(?!\/)/.test(address)
}

function pathOf(address: string): string {
  const [path = ''] = address.split(/[?#]/)
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** `{{ user }}` and `{% if %}`, which Phial's templates print as they are written. */
export function judgeForeignTag(text: string): Fault {
  const inner = text.slice(2, -2).trim()
  const [name = 'user'] = /^[\w.]+/.exec(inner) ?? []
  const remedy = text.startsWith('{{') ? `<%= it.${name.replace(/^it\./, '')} %>` : '<% … %>'
  return `${text} is printed as it is written; a template has ${remedy}`
}
