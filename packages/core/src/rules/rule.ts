/**
 * A rule of the gateway: a requirement, and the function that checks it.
 *
 * Each rule is checked at one moment of a request. `check` receives what is known at that moment and
 * returns a description of the breach, or nothing if the rule is kept. The validator checks all rules of
 * the table, the driver checks those that protect the connection, and SPEC.md is generated from it.
 */
import type { Environ, HeaderList } from '../types.ts'

/** One rule of the gateway: its text in SPEC.md, and the check for a breach. */
export interface Rule<At extends Moment = Moment> {
  /** `ENV-3`, `APP-1`, `SRV-7`, `MID-2`: the party that must comply, and a number that never changes its meaning. */
  readonly id: string
  /** The requirement, as a sentence of the specification. */
  readonly text: string
  /** How to fix a breach: a short instruction. */
  readonly remedy: string
  /** The moment at which the rule is checked. */
  readonly at: At
  /** What detects a breach: every server (through the driver), the validator if it is installed, or the conformance cases. */
  readonly by: 'driver' | 'validator' | 'conformance'
  readonly check: (seen: Moments[At]) => string | undefined
}

export type Moment = keyof Moments

/** What is known at each moment, in the order of a request. */
export interface Moments {
  /** The server has called the application. */
  call: { readonly args: readonly unknown[] }
  /** The environ that the server passed to the application. */
  environ: Environ
  /** The application calls `startResponse`. */
  start: Start
  /** `startResponse` has returned. */
  started: { readonly returned: unknown }
  /** The application reads from `wsgi.input`. */
  read: { readonly method: string; readonly args: readonly unknown[] }
  /** A read from `wsgi.input` has resolved. */
  bytes: { readonly method: string; readonly size: unknown; readonly returned: unknown }
  /** The application writes to `wsgi.errors`. */
  log: { readonly method: string; readonly value: unknown }
  /** The application has returned its body. */
  body: { readonly body: unknown }
  /** The server requests a chunk of the body. */
  ask: { readonly ended: boolean; readonly closed: boolean; readonly waiting: boolean }
  /** The body has yielded a chunk, or `write` was called with one. */
  chunk: Chunk
  /** `write` was called. */
  write: { readonly ended: boolean; readonly inBody: boolean }
  /** The body has ended normally. */
  end: Sent & { readonly trapped: boolean }
  /** The server closes the body. */
  close: { readonly closed: boolean }
  /** Observable only from outside, by a conformance case that acts as client, server or application: see `conformance/`. */
  outside: Outside
}

/** A call of `startResponse`, before it takes effect. */
export interface Start {
  readonly args: number
  readonly status: unknown
  readonly headers: unknown
  readonly excInfo: unknown
  /** Whether `startResponse` was called before, even if that call was rejected. */
  readonly again: boolean
  /** The value of `phial.upgrade`, if the server provides it. */
  readonly offered: string | undefined
}

/** The progress of the response. */
export interface Sent {
  /** Whether a call of `startResponse` has succeeded. */
  readonly started: boolean
  readonly status: string
  readonly headers: HeaderList
  /** The number of body bytes so far. */
  readonly sent: number
  readonly method: string
}

export interface Chunk extends Sent {
  readonly chunk: unknown
}

/** The breach that a conformance case found, if any; see `conformance/case.ts`. */
export interface Outside {
  readonly found: string | undefined
}

/** Reports whether a value is a function. */
export const isFunction = (value: unknown): value is (...args: never[]) => unknown =>
  typeof value === 'function'

/** Reports whether a value is a `Uint8Array` of any realm. */
export const isBytes = (value: unknown): value is Uint8Array =>
  value instanceof Uint8Array || Object.prototype.toString.call(value) === '[object Uint8Array]'

/** Describes a value for an error message: `a string ("no bytes")`, `a number (7)`, `undefined`. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'string') return `a string (${JSON.stringify(clip(value))})`
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return `a ${typeof value} (${String(value)})`
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'function') return `a function (${value.name || 'anonymous'})`
  if (typeof value === 'symbol') return 'a symbol'
  const name = Object.prototype.toString.call(value).slice(8, -1)
  if (name !== 'Object') return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`
  const made = (value as { constructor?: { name?: unknown } }).constructor?.name
  return typeof made === 'string' && made !== 'Object' && made !== ''
    ? `an object (${made})`
    : 'a plain object'
}

const clip = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text)
