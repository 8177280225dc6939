/** Temporary folders with files. */
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'

/** The modification time of the files. */
export const DAY: Date = new Date('2026-01-02T03:04:05Z')

/** The content of a file that is too large to be read in one call. All of its blocks are different. */
export const LARGE: Buffer = Buffer.from(Array.from({ length: 300_011 }, (_, at) => at % 251))

/** Creates a folder for a test file, and returns a function that writes files to it. */
export function ownFolder(): {
  readonly path: string
  readonly write: (files: Readonly<Record<string, string | Uint8Array>>) => Promise<void>
} {
  const path = mkdtempSync(join(tmpdir(), 'phial-files-'))
  afterAll(() => rmSync(path, { recursive: true }))
  return {
    path,
    write: async (files) => {
      for (const [name, bytes] of Object.entries(files)) {
        // oxlint-disable-next-line no-await-in-loop
        await writeAt(join(path, name), bytes)
      }
    },
  }
}

async function writeAt(path: string, bytes: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, bytes)
  await utimes(path, DAY, DAY)
}
