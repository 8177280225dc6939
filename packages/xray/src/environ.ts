/** Takes snapshots of an environ as text, and compares them. */
import type { Environ } from '@phial/core'
import { mask } from './mask.ts'
import type { Change } from './picture.ts'
import { describeValue } from './values.ts'

export type Snapshot = ReadonlyMap<string, string>

/** Captions for the streams that the server created. */
const STREAMS: Readonly<Record<string, string>> = {
  'wsgi.input': 'the request’s body',
  'wsgi.errors': 'the server’s log',
}

/** Takes snapshots of an environ between layers. Recognizes a replaced stream by identity, not by its text. */
export class Watcher {
  readonly #names = new Map<unknown, string>()
  #others = 0

  /** Copies the current entries of an environ as text, because a layer may change the environ at any time. */
  snapshot(environ: Environ): Snapshot {
    const entries = Object.entries(environ).filter(([key]) => key !== 'phial.trace')
    return new Map(entries.map(([key, value]) => [key, this.#shown(key, value)]))
  }

  #shown(key: string, value: unknown): string {
    const usual = STREAMS[key]
    if (usual === undefined) return mask(key, describe(value))
    const isFirst = ![...this.#names.values()].includes(usual)
    const name = this.#names.get(value) ?? (isFirst ? usual : this.#another())
    this.#names.set(value, name)
    return name
  }

  #another(): string {
    this.#others += 1
    return this.#others === 1 ? 'another stream' : `another stream (${this.#others})`
  }
}

/** Returns the string entries of an environ, masked. Together with the body, they describe the request completely. */
export function textsOf(environ: Environ): Record<string, string> {
  const texts = Object.entries(environ).filter(([, value]) => typeof value === 'string')
  return Object.fromEntries(texts.map(([key, value]) => [key, mask(key, value as string)]))
}

/** Lists the keys that differ between two snapshots. */
export function changes(before: Snapshot, after: Snapshot): Change[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])]
  return keys
    .map((key) => ({ key, before: before.get(key), after: after.get(key) }))
    .filter((change) => change.before !== change.after)
}

function describe(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'function' ? `function ${value.name}` : describeValue(value)
}

/** Returns the request's headers with their names in the usual capitalization. */
export function headersOf(environ: Environ): [name: string, value: string][] {
  return Object.entries(environ).flatMap(([key, value]) => {
    const name = key.startsWith('HTTP_') ? key.slice(5) : undefined
    const plain = key === 'CONTENT_TYPE' || key === 'CONTENT_LENGTH' ? key : name
    return plain === undefined || typeof value !== 'string'
      ? []
      : [[headerName(plain), mask(key, value)]]
  })
}

function headerName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('_', '-')
    .replaceAll(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase())
}
