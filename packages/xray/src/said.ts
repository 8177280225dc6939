/** What passes by, in words that can be shown: short, and without secrets. */
import type { Body } from '@phial/core'
import { mask, maskText } from './mask.ts'
import { describeValue } from './values.ts'

const MOST_TEXT = 400

/** What a layer returned. */
export function kindOf(body: Body): string {
  if (Array.isArray(body))
    return body.length === 1 ? 'an array of one chunk' : `an array of ${body.length} chunks`
  const name = (body as object).constructor?.name
  const kind = Symbol.iterator in body ? 'chunks' : 'chunks, each when it is ready'
  return name === 'Object' || name === '' || name === undefined ? kind : `${kind} (${name})`
}

const decoder = new TextDecoder()

/** The beginning of a chunk. */
export function textOf(bytes: Uint8Array): string {
  return maskText(decoder.decode(bytes.subarray(0, MOST_TEXT)))
}

/** A remark as it is now, as JSON. What is none is described. */
export function maskDetail(detail: unknown): unknown {
  try {
    const text = JSON.stringify(detail, (key, value: unknown) =>
      typeof value === 'string' ? mask(key, value) : value,
    ) as string | undefined
    return text === undefined ? describeValue(detail) : (JSON.parse(text) as unknown)
  } catch {
    return maskText(describeValue(detail))
  }
}

export const masked = (
  headers: Iterable<readonly [string, string]>,
): [name: string, value: string][] => [...headers].map(([name, value]) => [name, mask(name, value)])

/** An error in a line. */
export function headline(error: unknown): string {
  return maskText(
    error instanceof Error
      ? `${error.name}: ${error.message}`
      : `${describeValue(error)} was thrown`,
  )
}
