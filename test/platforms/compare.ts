/** Two answers to one request, compared. */
import type { ClientAnswer } from '@phial/core/conformance'

/**
 * Names what differs: `no answer`; `another answer`, if the status is another one, because head and body
 * follow from it; `reason phrase`, `body`, and headers by their names. `Date` and `Server` do not count, nor
 * do the order of headers and the case of their names. What is made anew for each answer is replaced: the time and the
 * signature of a session's cookie, and the boundary between parts.
 */
export function partsThatDiffer(expected: ClientAnswer, answer: ClientAnswer): string[] {
  if (answer.status === '') return ['no answer']
  if (answer.status.slice(0, 3) !== expected.status.slice(0, 3)) return ['another answer']
  const [one, other] = [headersOf(expected), headersOf(answer)]
  const names = [...new Set([...one.keys(), ...other.keys()])]
  return [
    ...(answer.status === expected.status ? [] : ['reason phrase']),
    ...names.filter((name) => one.get(name) !== other.get(name)).toSorted(),
    ...(settled(answer.body) === settled(expected.body) ? [] : ['body']),
    ...(answer.complete ? [] : ['broken off']),
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
