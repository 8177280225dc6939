import leven from 'leven'

/**
 * Returns the known names most similar to a misspelt one: at most three, the most similar first. A name that differs in
 * every letter is not similar: `u` does not suggest `g`.
 */
export function nearest(name: string, known: Iterable<string>): string[] {
  const most = Math.max(2, Math.floor(name.length / 3))
  return [...new Set(known)]
    .map((candidate) => ({ candidate, far: leven(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, far }) => far <= most && far < Math.min(name.length, candidate.length))
    .toSorted((one, other) => one.far - other.far)
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}
