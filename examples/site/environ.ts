/** Describes each entry of `environ`, sorted by key. */
export function describeEnviron(environ: Record<string, unknown>): [key: string, value: string][] {
  return Object.entries(environ)
    .map(([key, value]): [string, string] => [key, describe(value)])
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
}

/** Formats text, numbers and arrays. Describes objects and functions by their type. */
function describe(value: unknown): string {
  if (Array.isArray(value)) return JSON.stringify(value)
  return typeof value === 'object' || typeof value === 'function' ? typeof value : String(value)
}
