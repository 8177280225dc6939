import leven from 'leven'

/** The name that was most likely meant, if one is close: a typing slip away, or begun alike. */
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

/** ` (did you mean …?)`, or nothing. */
export function didYouMean(guess: string | undefined): string {
  return guess === undefined ? '' : `; did you mean ${guess}?`
}

/** `create_app`, `createApp` and `CreateApp` are the same name, written by different habits. */
function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, '')
}
