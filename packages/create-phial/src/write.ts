/**
 * Writes all files of an application or none. A new folder is created next to its final place and then renamed.
 * Everything is synchronous, so Ctrl-C takes effect before or after it.
 */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Files } from './lay-out.ts'
import { fileProblem, Refusal } from './refusal.ts'
import type { Target } from './target.ts'

/** Writes the files. If that fails, restores the previous state and throws a {@link Refusal}. */
export function writeApp(files: Files, { path, dir, exists }: Target): void {
  try {
    if (exists) writeInto(path, files)
    else writeNew(path, files)
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal(`${dir} cannot be written: ${fileProblem(error)}. No files were written.`)
  }
}

function writeNew(path: string, files: Files): void {
  const parent = dirname(path)
  const madeParent = mkdirSync(parent, { recursive: true })
  try {
    const aside = mkdtempSync(join(parent, '.create-phial-'))
    try {
      writeEach(join(aside, 'app'), files, [])
      renameSync(join(aside, 'app'), path)
    } finally {
      rmSync(aside, { recursive: true, force: true })
    }
  } catch (error) {
    if (madeParent !== undefined) rmSync(madeParent, { recursive: true, force: true })
    throw error
  }
}

/** Writes into an existing folder, without overwriting files. */
function writeInto(path: string, files: Files): void {
  const conflicts = [...files.keys()].filter((file) => existsSync(join(path, file)))
  if (conflicts.length > 0) {
    throw new Refusal(
      `Existing files are not overwritten: ${conflicts.join(', ')}. No files were written.`,
    )
  }
  const made: (() => void)[] = []
  try {
    writeEach(path, files, made)
  } catch (error) {
    for (const unmake of made.toReversed()) unmake()
    throw error
  }
}

/** Writes each file, and adds a function to `made` that removes it again. */
function writeEach(path: string, files: Files, made: (() => void)[]): void {
  for (const [file, bytes] of files) {
    const place = join(path, file)
    const folder = mkdirSync(dirname(place), { recursive: true })
    if (folder !== undefined) made.push(() => rmSync(folder, { recursive: true }))
    writeFileSync(place, bytes, { flag: 'wx' })
    made.push(() => rmSync(place))
  }
}
