/** An app's own code. */
import { sep } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import type { Phial } from '../../app.ts'
import type { Program } from './program.ts'

/** The files of code that the app was loaded from. Packages that are linked into a workspace are somebody else's. */
export async function ownFiles({ files, folder }: Program, { rootPath }: Phial): Promise<string[]> {
  await turn() // the last file that was imported is told of by now
  const isOwn = (file: string): boolean =>
    [folder, rootPath].some((home) => file.startsWith(home + sep))
  return [...files].filter((file) => /\.[cm]?[jt]sx?$/.test(file) && isOwn(file))
}
