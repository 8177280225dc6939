import { StartError, exitCodes } from '../errors.ts'

/** Splits a text into words as a shell does, with '…', "…" and \, and nothing else of a shell. */
export function shellWords(text: string, source: string): string[] {
  const words: string[] = []
  let rest = text.trimStart()
  while (rest !== '') {
    const word = /^(?:[^\s'"\\]|'[^']*'|"(?:[^"\\]|\\[^])*"|\\[^])+/.exec(rest)?.[0]
    rest = rest.slice(word?.length ?? 0)
    if (word === undefined || /^\S/.test(rest)) {
      throw new StartError(exitCodes.usage, `${source} has a quote without an end: ${text}`)
    }
    words.push(unquote(word))
    rest = rest.trimStart()
  }
  return words
}

function unquote(word: string): string {
  return word.replaceAll(/'[^']*'|"(?:[^"\\]|\\[^])*"|\\[^]/g, (part) => {
    if (part.startsWith("'")) return part.slice(1, -1)
    if (part.startsWith('"')) return part.slice(1, -1).replaceAll(/\\(["\\])/g, '$1')
    return part.slice(1)
  })
}
