/** The known names that a misspelt one may have meant: at most three, the nearest first. */
export function nearest(name: string, known: Iterable<string>): string[] {
  const most = Math.max(2, Math.floor(name.length / 3))
  return [...new Set(known)]
    .map((candidate) => ({ candidate, far: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ far }) => far <= most)
    .toSorted((one, other) => one.far - other.far)
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}

/** How many letters have to be put in, taken out or changed to make one word of the other. */
function distance(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [row, letter] of one.split('').entries()) {
    const line = [row + 1]
    for (let column = 1; column <= other.length; column += 1) {
      const same = letter === other[column - 1] ? 0 : 1
      const [left = 0, up = 0, corner = 0] = [line[column - 1], above[column], above[column - 1]]
      line.push(Math.min(left + 1, up + 1, corner + same))
    }
    above = line
  }
  return above.at(-1) ?? 0
}
