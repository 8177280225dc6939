/** What an environ says, as text, and how two of them differ. */
import { inspect } from 'node:util'
import type { Environ } from '@phial/core'
import { mask } from './mask.ts'
import type { Change } from './picture.ts'

/** Keys that X-ray itself has its hands in. */
const OURS = new Set(['phial.trace', 'wsgi.input'])

export type Snapshot = ReadonlyMap<string, string>

/** An environ as it is now, as text: it may be changed at any time. */
export function snapshot(environ: Environ): Snapshot {
  const entries = Object.entries(environ).filter(([key]) => !OURS.has(key))
  return new Map(entries.map(([key, value]) => [key, mask(key, describe(value))]))
}

/** What is text in an environ, masked: with the body it is all that a request says. */
export function textsOf(environ: Environ): Record<string, string> {
  const texts = Object.entries(environ).filter(([, value]) => typeof value === 'string')
  return Object.fromEntries(texts.map(([key, value]) => [key, mask(key, value as string)]))
}

/** What became of one environ, key by key. */
export function changes(before: Snapshot, after: Snapshot): Change[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])]
  return keys
    .map((key) => ({ key, before: before.get(key), after: after.get(key) }))
    .filter((change) => change.before !== change.after)
}

function describe(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'function') return `function ${value.name}`
  return inspect(value, { depth: 1, breakLength: Infinity, maxStringLength: 200 })
}

/** The request's headers, as their names are written. */
export function headersOf(environ: Environ): [name: string, value: string][] {
  return Object.entries(environ).flatMap(([key, value]) => {
    const name = key.startsWith('HTTP_') ? key.slice(5) : undefined
    const plain = key === 'CONTENT_TYPE' || key === 'CONTENT_LENGTH' ? key : name
    return plain === undefined || typeof value !== 'string'
      ? []
      : [[written(plain), mask(key, value)]]
  })
}

function written(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('_', '-')
    .replaceAll(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase())
}
