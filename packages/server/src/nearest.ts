/** The name that was most likely meant, if one is close: a typing slip away, or begun alike. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  const wanted = fold(name)
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(wanted.length / 3)) + 1
  for (const candidate of names) {
    const distance = editDistance(wanted, fold(candidate))
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

/** How many characters must be put in, taken out or changed (Levenshtein), one row of the table at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
