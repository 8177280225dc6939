/** A temporary folder for a test. */
import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const core = fileURLToPath(new URL('../../../packages/core', import.meta.url))

export interface Folder {
  readonly path: string
  [Symbol.asyncDispose](): Promise<void>
}

/** Creates a folder with files, by path, in which `@phial/core` is installed. */
export async function folderWith(files: Readonly<Record<string, string>>): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'phial-'))
  await mkdir(join(path, 'node_modules/@phial'), { recursive: true })
  await symlink(core, join(path, 'node_modules/@phial/core'))
  for (const [name, text] of Object.entries(files)) {
    // oxlint-disable-next-line no-await-in-loop -- a file needs its folder first
    await mkdir(dirname(join(path, name)), { recursive: true })
    // oxlint-disable-next-line no-await-in-loop -- as above
    await writeFile(join(path, name), text)
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}
