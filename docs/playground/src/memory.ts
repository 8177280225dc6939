/** Stores the edited files of each lesson in this browser, so that they are still there after a reload. */
import type { File } from './protocol.ts'

const keyOf = (lesson: string): string => `phial-playground:${lesson}`

/** Stores the files of a lesson, or removes them if `files` is undefined. */
export function remember(lesson: string, files: readonly File[] | undefined): void {
  try {
    if (files === undefined) localStorage.removeItem(keyOf(lesson))
    else localStorage.setItem(keyOf(lesson), JSON.stringify(files))
  } catch {
    // The browser does not allow storage for this page, or the storage is full.
  }
}

/** Returns the stored files, or `undefined` if no files are stored. */
export function recall(lesson: string): readonly File[] | undefined {
  try {
    const files = JSON.parse(localStorage.getItem(keyOf(lesson)) ?? 'null') as
      | readonly File[]
      | null
    const isValid = files?.every(
      ({ name, text }) => typeof name === 'string' && typeof text === 'string',
    )
    return files !== null && isValid === true && files.length > 0 ? files : undefined
  } catch {
    return undefined
  }
}
