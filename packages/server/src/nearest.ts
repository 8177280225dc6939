import leven from 'leven'

/** Returns the name that was most likely meant, if one has a small edit distance. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  const wanted = fold(name)
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(wanted.length / 3)) + 1
  for (const candidate of names) {
    const distance = leven(wanted, fold(candidate))
    if (distance < bestDistance && distance < candidate.length) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** Returns `; did you mean …?`, or an empty string without a guess. */
export function didYouMean(guess: string | undefined): string {
  return guess === undefined ? '' : `; did you mean ${guess}?`
}

/** Normalizes a name: `create_app`, `createApp` and `CreateApp` are equal. */
function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, '')
}
