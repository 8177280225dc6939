/** Morse code, for the letters and digits that a telegram may have. */
const TABLE = `
  a·− b−··· c−·−· d−·· e· f··−· g−−· h···· i·· j·−−− k−·− l·−·· m−− n−· o−−− p·−−· q−−·− r·−· s··· t− u··− v···−
  w·−− x−··− y−·−− z−−·· 0−−−−− 1·−−−− 2··−−− 3···−− 4····− 5····· 6−···· 7−−··· 8−−−·· 9−−−−·`

const CODES: ReadonlyMap<string, string> = new Map(
  TABLE.trim()
    .split(/\s+/)
    .map((entry) => [entry.slice(0, 1), entry.slice(1)]),
)

/** Returns the letters of a text that have a Morse code, without accents. */
export function lettersOf(text: string): string[] {
  return Array.from(text.normalize('NFKD').toLowerCase()).filter((letter) => CODES.has(letter))
}

/** Returns the code of a letter, or an empty string if it has none. */
export function morse(letter: string): string {
  return CODES.get(letter) ?? ''
}
