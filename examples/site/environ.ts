/** The request as the gateway hands it over, by name. */
export function describeEnviron(environ: Record<string, unknown>): [key: string, value: string][] {
  return Object.entries(environ)
    .map(([key, value]): [string, string] => [key, describe(value)])
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
}

/** Text, numbers and lists as they are; streams and the like by what kind of thing they are. */
function describe(value: unknown): string {
  if (Array.isArray(value)) return JSON.stringify(value)
  return typeof value === 'object' || typeof value === 'function' ? typeof value : String(value)
}
