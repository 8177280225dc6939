/**
 * A rule of the gateway: what has to hold, and the function that sees whether it does.
 *
 * Each rule can be seen at one moment of a request. `check` gets what is known at that moment and
 * answers what came instead, or nothing when all is well. From this table the validator runs its
 * checks, the driver refuses what must not reach the wire, and SPEC.md is written.
 */
import type { Environ, HeaderList } from '../types.ts'

/** One rule of the gateway: its sentence in SPEC.md, and how a breach of it is seen. */
export interface Rule<At extends Moment = Moment> {
  /** `ENV-3`, `APP-1`, `SRV-7`, `MID-2`: who has to keep it, and a number that never changes its meaning. */
  readonly id: string
  /** What has to hold, as a sentence of the spec. */
  readonly text: string
  /** What to do about a breach, in a few words. */
  readonly remedy: string
  /** When a breach can be seen. */
  readonly at: At
  /** Who refuses a breach: every server (by the driver), the validator where it stands between, or the conformance cases. */
  readonly by: 'driver' | 'validator' | 'conformance'
  readonly check: (seen: Moments[At]) => string | undefined
}

export type Moment = keyof Moments

/** What can be seen, moment by moment, in the order in which a request passes. */
export interface Moments {
  /** The server has called the application. */
  call: { readonly args: readonly unknown[] }
  /** …and this is the environ that it handed over. */
  environ: Environ
  /** The application calls `startResponse`. */
  start: Start
  /** `startResponse` has returned. */
  started: { readonly returned: unknown }
  /** The application asks `wsgi.input` for bytes. */
  read: { readonly method: string; readonly args: readonly unknown[] }
  /** `wsgi.input` has answered. */
  bytes: { readonly method: string; readonly size: unknown; readonly returned: unknown }
  /** The application writes to `wsgi.errors`. */
  log: { readonly method: string; readonly value: unknown }
  /** The application has returned its body. */
  body: { readonly body: unknown }
  /** The server asks the body for a chunk. */
  ask: { readonly ended: boolean; readonly closed: boolean; readonly waiting: boolean }
  /** The body, or `write`, has given a chunk. */
  chunk: Chunk
  /** `write` was called. */
  write: { readonly ended: boolean; readonly inBody: boolean }
  /** The body has ended by itself. */
  end: Sent & { readonly trapped: boolean }
  /** The server closes the body. */
  close: { readonly closed: boolean }
  /** Seen only from outside, by a client, a server or an application on purpose: see `conformance/`. */
  outside: Outside
}

/** A call of `startResponse`, before anything is done about it. */
export interface Start {
  readonly args: number
  readonly status: unknown
  readonly headers: unknown
  readonly excInfo: unknown
  /** Whether `startResponse` was called before, whether or not that call was refused. */
  readonly again: boolean
  /** The server's `phial.upgrade`. */
  readonly offered: string | undefined
}

/** How far the answer has come. */
export interface Sent {
  /** Whether `startResponse` has been called with success. */
  readonly started: boolean
  readonly status: string
  readonly headers: HeaderList
  /** Bytes given so far. */
  readonly sent: number
  readonly method: string
}

export interface Chunk extends Sent {
  readonly chunk: unknown
}

/** What a conformance case found, in words; see `conformance/case.ts`. */
export interface Outside {
  readonly found: string | undefined
}

/** Whether this is a function, by `typeof`. */
export const isFunction = (value: unknown): value is (...args: never[]) => unknown =>
  typeof value === 'function'

/** Whether this is a `Uint8Array`, of whichever realm. */
export const isBytes = (value: unknown): value is Uint8Array =>
  value instanceof Uint8Array || Object.prototype.toString.call(value) === '[object Uint8Array]'

/** Names what came, for an error's first words: `a string ("no bytes")`, `a number (7)`, `undefined`. */
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
