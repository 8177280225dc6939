/** The tables of a debug page: information about the request, without secrets. */
import { type Environ, isSecretName, requestUri, wsgiToText } from '@phial/core'
import { parseCookie } from 'cookie'
import type { RequestContext } from '../context/context.ts'
import { parseAuthorization } from '../fields/authorization.ts'
import { MASK, Secrets } from './secrets.ts'

/** A table of names and values. */
export interface Facts {
  readonly title: string
  readonly rows: readonly Fact[]
}

export type Fact = readonly [name: string, value: string]

/** The data for a page. */
export interface Known {
  /** The request; `undefined` if the application could not be loaded. */
  readonly environ?: Environ | undefined
  /** The app context of the request, if there is one. */
  readonly context?: RequestContext | undefined
}

/** Collects the secrets that must not appear on the page. */
export function secretsOf({ environ, context }: Known): Secrets {
  const secrets = new Secrets()
  secrets.learn(process.env)
  if (context !== undefined) secrets.learn(context.app.config)
  if (environ === undefined) return secrets
  secrets.learn(environ)
  secrets.add(Object.values(cookiesOf(environ)))
  const field = textOf(environ, 'HTTP_AUTHORIZATION')
  const { token, password } = parseAuthorization(field) ?? {}
  secrets.add([field, ...field.split(' ').slice(1), token, password])
  for (const [name, value] of queryOf(environ)) if (isSecretName(name)) secrets.add(value)
  return secrets
}

/** Returns all tables that are not empty. */
export function factsOf({ environ, context }: Known, secrets: Secrets): Facts[] {
  const show = (named: Iterable<readonly [string, unknown]>): Fact[] =>
    Array.from(named, ([name, value]) => [name, secrets.show(name, value)])
  const tables: Facts[] = []
  if (context !== undefined) tables.push({ title: 'Route', rows: show(routeOf(context)) })
  if (environ !== undefined) {
    const cookies = Object.keys(cookiesOf(environ)).map((name) => [name, MASK] as const)
    tables.push(
      { title: 'Query', rows: show(queryOf(environ)) },
      { title: 'Headers', rows: show(headersOf(environ)) },
      { title: 'Cookies', rows: cookies },
    )
  }
  if (context !== undefined) {
    tables.push({ title: 'Settings', rows: show(Object.entries(context.app.config)) })
  }
  if (environ !== undefined) tables.push({ title: 'Environ', rows: show(restOf(environ)) })
  return tables.filter(({ rows }) => rows.length > 0)
}

/** Returns the request line, such as `GET http://localhost:8000/posts?token=••••••`. */
export function requestLine(environ: Environ, secrets: Secrets): string {
  return secrets.mask(`${environ.REQUEST_METHOD} ${requestUri(environ)}`)
}

function routeOf({ app, request }: RequestContext): [string, unknown][] {
  const { endpoint, viewArgs, blueprint } = request
  if (endpoint === undefined) return [['endpoint', 'none: no rule matches this path and method']]
  const rules = [...app.urlMap].filter((rule) => rule.endpoint === endpoint)
  return [
    ['pattern', rules.map(({ pattern }) => pattern).join(', ')],
    ['endpoint', endpoint],
    ...(blueprint === undefined ? [] : ([['blueprint', blueprint]] as [string, unknown][])),
    ...Object.entries(viewArgs),
  ]
}

function queryOf({ QUERY_STRING }: Environ): URLSearchParams {
  return new URLSearchParams(QUERY_STRING)
}

function cookiesOf(environ: Environ): Record<string, string | undefined> {
  return parseCookie(textOf(environ, 'HTTP_COOKIE'))
}

function headersOf(environ: Environ): Fact[] {
  return Object.keys(environ)
    .filter((key) => key.startsWith('HTTP_') && key !== 'HTTP_COOKIE')
    .map((key) => [headerName(key), textOf(environ, key)])
}

/** Returns the header name for a key of the environ: `User-Agent` for `HTTP_USER_AGENT`. */
function headerName(key: string): string {
  const words = key.slice('HTTP_'.length).toLowerCase().split('_')
  return words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('-')
}

function restOf(environ: Environ): [string, unknown][] {
  return Object.entries(environ)
    .filter(([key]) => !key.startsWith('HTTP_') && key !== 'RAW_URI' && key !== 'QUERY_STRING')
    .map(([key, value]) => [key, isSimple(value) ? value : kindOf(value)])
}

function isSimple(value: unknown): boolean {
  return typeof value !== 'function' && (typeof value !== 'object' || Array.isArray(value))
}

function kindOf(value: unknown): string {
  const name = Object.prototype.toString.call(value).slice(8, -1)
  const className = (value as { constructor?: { name?: unknown } } | null)?.constructor?.name
  return `(${typeof className === 'string' && className !== '' ? className : name})`
}

function textOf(environ: Environ, key: string): string {
  const value = environ[key]
  return typeof value === 'string' ? wsgiToText(value) : ''
}
