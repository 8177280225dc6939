/** Summarizes bodies, chunks, notes, headers and errors: short, and with secrets masked. */
import type { Body } from '@phial/core'
import { mask, maskText } from './mask.ts'
import { describeValue } from './values.ts'

const MAX_TEXT = 400

/** Describes the kind of body that a layer returned. */
export function kindOf(body: Body): string {
  if (Array.isArray(body))
    return body.length === 1 ? 'an array of one chunk' : `an array of ${body.length} chunks`
  const name = (body as object).constructor?.name
  const kind = Symbol.iterator in body ? 'chunks' : 'chunks as they become ready'
  return name === 'Object' || name === '' || name === undefined ? kind : `${kind} (${name})`
}

const decoder = new TextDecoder()

/** Returns the beginning of a chunk as text. */
export function textOf(bytes: Uint8Array): string {
  return maskText(decoder.decode(bytes.subarray(0, MAX_TEXT)))
}

/** Copies the detail of a note as JSON, because it may change later. Describes a value that JSON cannot express. */
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

/** Describes an error in one line. */
export function headline(error: unknown): string {
  return maskText(
    error instanceof Error
      ? `${error.name}: ${error.message}`
      : `${describeValue(error)} was thrown`,
  )
}
