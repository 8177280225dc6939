/** What an environ says, as text, and how two of them differ. */
import type { Environ } from '@phial/core'
import { mask } from './mask.ts'
import type { Change } from './picture.ts'
import { describeValue } from './values.ts'

export type Snapshot = ReadonlyMap<string, string>

/** What a stream is called that the server made. */
const STREAMS: Readonly<Record<string, string>> = {
  'wsgi.input': 'the request’s body',
  'wsgi.errors': 'the server’s log',
}

/** Sees an environ on its way from layer to layer. A stream in the place of another one is known by what it is, not by how it looks. */
export class Watcher {
  readonly #names = new Map<unknown, string>()
  #others = 0

  /** An environ as it is now, as text: it may be changed at any time. */
  snapshot(environ: Environ): Snapshot {
    const entries = Object.entries(environ).filter(([key]) => key !== 'phial.trace')
    return new Map(entries.map(([key, value]) => [key, this.#shown(key, value)]))
  }

  #shown(key: string, value: unknown): string {
    const usual = STREAMS[key]
    if (usual === undefined) return mask(key, shownAs(value))
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

function shownAs(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'function' ? `function ${value.name}` : describeValue(value)
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
