/**
 * The access log: one line for each response, in gunicorn's format language.
 *
 * ```ts
 * const line = accessLine('%(h)s "%(r)s" %(s)s')
 * line(record)   // 127.0.0.1 "GET / HTTP/1.1" 200
 * ```
 *
 * Atoms: `h` client, `l` `-`, `u` user, `t` time, `r` request line, `s` status, `m` method, `U` path,
 * `q` query, `H` protocol, `B` and `b` bytes of the body (`b` is `-` for none), `f` referer, `a` user
 * agent, `T` seconds, `M` milliseconds, `D` microseconds, `L` seconds with decimals, `p` process id,
 * `{name}i` a request header, `{name}o` a response header, `{name}e` a key of environ.
 */
import { inspect } from 'node:util'
import type { Environ, HeaderList } from '@phial/core'
import { StartError, exitCodes } from '../errors.ts'
import { zone } from './error.ts'

/** A completed request, for the access log. */
export interface AccessRecord {
  readonly environ: Readonly<Environ>
  /** The status line, such as `200 OK`; empty if there was no response. */
  readonly status: string
  readonly headers: Readonly<HeaderList>
  /** The number of body bytes sent, without framing. */
  readonly bytes: number
  /** When the request arrived. */
  readonly time: Date
  /** The duration until the end of the response, in milliseconds. */
  readonly duration: number
}

/** The Apache combined log format, gunicorn's default. */
export const combined = '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s"'

type Atom = (record: AccessRecord) => unknown

const atoms: Record<string, Atom> = {
  h: ({ environ }) => environ.REMOTE_ADDR,
  l: () => '-',
  u: ({ environ }) => userName(environ['HTTP_AUTHORIZATION']),
  t: ({ time }) => `[${logTime(time)}]`,
  r: ({ environ }) =>
    `${environ.REQUEST_METHOD} ${environ.RAW_URI ?? ''} ${environ.SERVER_PROTOCOL}`,
  s: ({ status }) => status.slice(0, 3),
  m: ({ environ }) => environ.REQUEST_METHOD,
  U: ({ environ }) => environ.SCRIPT_NAME + environ.PATH_INFO,
  q: ({ environ }) => environ.QUERY_STRING,
  H: ({ environ }) => environ.SERVER_PROTOCOL,
  b: ({ bytes }) => bytes || '-',
  B: ({ bytes }) => bytes,
  f: ({ environ }) => environ['HTTP_REFERER'],
  a: ({ environ }) => environ['HTTP_USER_AGENT'],
  T: ({ duration }) => Math.floor(duration / 1000),
  M: ({ duration }) => Math.floor(duration),
  D: ({ duration }) => Math.floor(duration * 1000),
  L: ({ duration }) => (duration / 1000).toFixed(6),
  p: () => `<${process.pid}>`,
}

/**
 * Compiles a format to a function that returns the line for a record, without a line feed. Values are escaped, so that a
 * request stays on one line and cannot break out of its quotes. Throws a {@link StartError} for an unknown atom.
 */
export function accessLine(format: string): (record: AccessRecord) => string {
  const fault = formatFault(format)
  if (fault !== undefined)
    throw new StartError(exitCodes.configuration, `--access-logformat: ${fault}`)
  const parts = format.split(/(%\([^)]*\)s)/)
  const texts = parts.map((part) => {
    const name = /^%\((.*)\)s$/.exec(part)?.[1]
    const atom = name === undefined ? undefined : atomOf(name)
    return atom === undefined ? () => part : escaped(atom)
  })
  return (record) => texts.map((text) => text(record)).join('')
}

/** Returns an error message for a format if it is invalid. */
export function formatFault(format: string): string | undefined {
  const names = [...format.matchAll(/%\(([^)]*)\)s/g)].map(([, name = '']) => name)
  const unknown = names.find((name) => atomOf(name) === undefined)
  if (unknown === undefined) return undefined
  const all = `${Object.keys(atoms).join(' ')} {x}i {x}o {x}e`
  return `unknown atom %(${unknown})s; the atoms are ${all}`
}

function atomOf(name: string): Atom | undefined {
  const known = Object.hasOwn(atoms, name) ? atoms[name] : undefined
  const [, key = '', kind] = /^\{(.+)\}([ioe])$/.exec(name) ?? []
  if (kind === 'i') return ({ environ }) => environ[environKey(key)]
  if (kind === 'o') return ({ headers }) => headerValue(headers, key)
  if (kind === 'e') return ({ environ }) => environ[key]
  return known
}

function environKey(header: string): string {
  const key = header.toUpperCase().replaceAll('-', '_')
  return key === 'CONTENT_TYPE' || key === 'CONTENT_LENGTH' ? key : `HTTP_${key}`
}

function headerValue(headers: Readonly<HeaderList>, wanted: string): string | undefined {
  const values = headers.filter(([name]) => name.toLowerCase() === wanted.toLowerCase())
  return values.length > 0 ? values.map(([, value]) => value).join(', ') : undefined
}

function escaped(atom: Atom): Atom & ((record: AccessRecord) => string) {
  return (record) => {
    const value = atom(record)
    if (value === undefined || value === null || value === '') return '-'
    return escape(typeof value === 'string' ? value : inspect(value))
  }
}

/** Escapes text like Apache: `\"`, `\\`, and `\xhh` for characters other than printable ASCII. */
function escape(text: string): string {
  return text.replaceAll(/["\\]|[^\x20-\x7e]/g, (char) => {
    const code = char.charCodeAt(0)
    if (char === '"' || char === '\\') return `\\${char}`
    return code > 0xff
      ? `\\u${code.toString(16).padStart(4, '0')}`
      : `\\x${code.toString(16).padStart(2, '0')}`
  })
}

/** Returns the user name of HTTP Basic authentication. */
export function userName(authorization: unknown): string | undefined {
  if (typeof authorization !== 'string') return undefined
  const basic = /^basic +(\S+)$/i.exec(authorization)?.[1]
  if (basic === undefined) return undefined
  return Buffer.from(basic, 'base64').toString('latin1').split(':')[0]
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

function logTime(date: Date): string {
  const two = (part: number): string => String(part).padStart(2, '0')
  const day = [two(date.getDate()), months[date.getMonth()], date.getFullYear()].join('/')
  return `${day}:${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')} ${zone(date)}`
}
