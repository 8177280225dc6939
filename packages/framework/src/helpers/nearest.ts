import leven from 'leven'

/**
 * Returns the known names that a misspelt one may have meant: at most three, the nearest first. A name that
 * would have to change in every letter is not near: `u` does not mean `g`.
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
