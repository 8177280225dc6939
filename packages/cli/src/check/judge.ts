/** Checks that an app's code and templates refer only to routes, templates and static files that exist. */
import { BuildError, NotFound, type Phial, TemplateNotFound, type UrlValues } from 'phial'
import type { Call } from './calls.ts'
import type { Linked } from './template.ts'
import { textOf, type Value } from './values.ts'

/** A placeholder for a value that is known only at run time. */
const SOME = { toString: () => 'x' }

/** A description of a fault, or `undefined` if the check found no fault. */
export type Fault = string | undefined

/** Checks a call of `urlFor`: the endpoint, its parameters and, for static files, the file. */
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

/** Resolves a name such as `.index`, an endpoint of the current blueprint. That blueprint is unknown here, so any match is accepted. */
function endpointOf(app: Phial, name: string): string {
  if (!name.startsWith('.')) return name
  const endpoints = [...app.urlMap].map(({ endpoint }) => endpoint)
  return endpoints.find((endpoint) => endpoint.endsWith(name)) ?? name.slice(1)
}

interface Values {
  readonly given: UrlValues
  /** Whether the names of all values are known. */
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

/** Builds the URL. A failure is not a fault if it is caused by an unknown value. */
function build(app: Phial, endpoint: string, values: Values, method: string | undefined): Built {
  const isThere = [...app.urlMap].some((rule) => rule.endpoint === endpoint)
  try {
    const all = isThere ? app.urlHooks.inject(endpoint, values.given) : values.given
    const { path, host } = app.urlMap.address(endpoint, all, method === undefined ? {} : { method })
    const [bare = ''] = path.split('?')
    return { fault: undefined, path: decodeURIComponent(bare), host }
  } catch (error) {
    // A hook that adds values may need a request, which does not exist here.
    if (!(error instanceof BuildError)) return { fault: undefined }
    const isUnknown = Object.values(values.given).includes(SOME) && error.cause !== undefined
    return { fault: isThere && (!values.isWhole || isUnknown) ? undefined : error.message }
  }
}

function isStatic(endpoint: string): boolean {
  return endpoint === 'static' || endpoint.endsWith('.static')
}

/** Checks that a static file exists: runs the static view for its path, without hooks and without a server. */
async function judgeFile(app: Phial, path: string, host: string | undefined): Promise<Fault> {
  const match = app.urlMap.match('GET', path, host)
  if (match.kind !== 'found' || !isStatic(match.rule.endpoint)) return undefined
  const { rule, values } = match
  const context = app.testRequestContext(encodeURI(path), { method: 'HEAD' })
  try {
    await context.run(async () => rule.target(values, context))
    return undefined
  } catch (error) {
    if (error instanceof NotFound) return `no such file: ${path}`
    throw error
  }
}

/** Checks that the template of `renderTemplate(…)`, `include(…)` or `layout(…)` exists. `from` is the calling template. */
export function judgeTemplate(app: Phial, { args: [name] }: Call, from: string | undefined): Fault {
  const names = name?.kind === 'list' ? name.items.map(textOf) : [textOf(name)]
  const all = names.filter((one) => one !== undefined)
  if (all.length === 0 || all.length < names.length) return undefined
  try {
    app.templates.find(all, from)
    return undefined
  } catch (error) {
    return error instanceof TemplateNotFound ? error.message : undefined // any other error is a fault in the found template
  }
}

/** Checks a URL in HTML: the action of a form must accept the form's method, and a static file must exist. */
export async function judgeAddress(app: Phial, linked: Linked): Promise<Fault> {
  const { call, address, isPlain, method } = linked
  if (method !== undefined) return judgeForm(app, linked, method)
  if (call !== undefined || !isPlain) return undefined // `judgeUrl` checks the call
  return isPath(address) ? judgeFile(app, pathOf(address), undefined) : undefined
}

function judgeForm(app: Phial, { call, address, isPlain }: Linked, method: string): Fault {
  if (method.includes('\u0001') || method === 'DIALOG') return undefined
  if (method !== 'GET' && method !== 'POST') {
    return `expected the form method GET or POST, received ${method}. Browsers send GET instead`
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
  return takes ? undefined : `endpoint ${endpoint} does not accept ${method}`
}

function judgeMethod(app: Phial, method: string, path: string, host: string | undefined): Fault {
  const match = app.urlMap.match(method, path, host)
  if (match.kind === 'not-found') return `no route matches ${path}`
  if (match.kind !== 'wrong-method') return undefined
  return `${path} does not accept ${method}. Allowed: ${match.allow.join(', ')}`
}

/** Reports whether a URL is an absolute path on this site. */
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

/** Describes a tag such as `{{ user }}` or `{% if %}`, which Phial's templates print literally. */
export function judgeForeignTag(text: string): Fault {
  const inner = text.slice(2, -2).trim()
  const [name = 'user'] = /^[\w.]+/.exec(inner) ?? []
  const remedy = text.startsWith('{{') ? `<%= it.${name.replace(/^it\./, '')} %>` : '<% … %>'
  return `${text} is not an Eta tag, so it is printed literally. Write ${remedy}`
}
