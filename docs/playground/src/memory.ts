/** Keeps what was typed in this browser, by lesson, so that a page that is loaded again has it. */
import type { File } from './protocol.ts'

const keyOf = (lesson: string): string => `phial-playground:${lesson}`

/** Keeps the files of a lesson; forgets them if there are none. */
export function remember(lesson: string, files: readonly File[] | undefined): void {
  try {
    if (files === undefined) localStorage.removeItem(keyOf(lesson))
    else localStorage.setItem(keyOf(lesson), JSON.stringify(files))
  } catch {
    // The browser keeps nothing for this page, or has no room.
  }
}

/** The files that were kept; `undefined` if none were. */
export function recall(lesson: string): readonly File[] | undefined {
  try {
    const files = JSON.parse(localStorage.getItem(keyOf(lesson)) ?? 'null') as
      | readonly File[]
      | null
    const isWhole = files?.every(
      ({ name, text }) => typeof name === 'string' && typeof text === 'string',
    )
    return files !== null && isWhole === true && files.length > 0 ? files : undefined
  } catch {
    return undefined
  }
}
