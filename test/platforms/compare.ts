/** Compares two responses to one request. */
import type { ClientAnswer } from '@phial/core/conformance'

/**
 * Names the parts of two responses that differ: `no response`; `another response` if the status differs, because head
 * and body depend on it; `reason phrase`, `body`, `cut off`, and the names of headers. Ignores `Date`, `Server`, the order of
 * headers and the case of their names, and values that are different in each response: the time and signature of a
 * session cookie, and the boundary between parts.
 */
export function partsThatDiffer(expected: ClientAnswer, answer: ClientAnswer): string[] {
  if (answer.status === '') return ['no response']
  if (answer.status.slice(0, 3) !== expected.status.slice(0, 3)) return ['another response']
  const [one, other] = [headersOf(expected), headersOf(answer)]
  const names = [...new Set([...one.keys(), ...other.keys()])]
  return [
    ...(answer.status === expected.status ? [] : ['reason phrase']),
    ...names.filter((name) => one.get(name) !== other.get(name)).toSorted(),
    ...(settled(answer.body) === settled(expected.body) ? [] : ['body']),
    ...(answer.complete ? [] : ['cut off']),
  ]
}

function headersOf({ headers }: ClientAnswer): Map<string, string> {
  const values = new Map<string, string>()
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    if (key !== 'date' && key !== 'server') {
      values.set(key, [values.get(key) ?? [], settled(value)].flat().join('\n'))
    }
  }
  return values
}

function settled(text: string): string {
  return text
    .replaceAll(/\.[a-z\d]{6,7}\.[\w-]{43};/g, '.time.signature;')
    .replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, 'boundary')
}
