/**
 * Writes the files of an application, all of them or none. A new folder is made beside its place and moved
 * there whole. Nothing here waits, so Ctrl-C comes before it or after it.
 */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Files } from './lay-out.ts'
import { fileProblem, Refusal } from './refusal.ts'
import type { Target } from './target.ts'

/** Throws a {@link Refusal}, and leaves things as they were, where that cannot be done. */
export function writeApp(files: Files, { path, said, exists }: Target): void {
  try {
    if (exists) writeInto(path, files)
    else writeNew(path, files)
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal(`${said} cannot be written: ${fileProblem(error)}; nothing was`)
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

/** Into a folder that is there: beside what is in it, and never over it. */
function writeInto(path: string, files: Files): void {
  const inTheWay = [...files.keys()].filter((file) => existsSync(join(path, file)))
  if (inTheWay.length > 0) {
    throw new Refusal(
      `${inTheWay.join(', ')}: there already, and never overwritten; nothing was written`,
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

/** `made` gets what takes each thing away again. */
function writeEach(path: string, files: Files, made: (() => void)[]): void {
  for (const [file, bytes] of files) {
    const place = join(path, file)
    const folder = mkdirSync(dirname(place), { recursive: true })
    if (folder !== undefined) made.push(() => rmSync(folder, { recursive: true }))
    writeFileSync(place, bytes, { flag: 'wx' })
    made.push(() => rmSync(place))
  }
}
