/** `npm run catch-up 5` in `examples/learn`: writes what the tutorial's chapters before the fifth tell one to type. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { root } from '../house/workspace.ts'
import { filesBefore } from './learn.ts'

/** Writes the files that are not there yet, and says which. */
export async function catchUp(chapter: number, folder: string): Promise<string[]> {
  const written: string[] = []
  for (const { file, code } of filesBefore(chapter - 1)) {
    const path = join(folder, file)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, `${code}\n`, { flag: 'wx' }).then(
      () => written.push(file),
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error
      },
    )
  }
  return written
}

// Only when this file itself is what Node was told to run.
if (import.meta.filename === process.argv[1]) {
  const chapter = Number(process.argv[2])
  if (Number.isInteger(chapter) && chapter > 1) {
    const written = await catchUp(chapter, join(root, 'examples/learn'))
    console.log(`examples/learn: ${written.join(' ') || 'nothing was missing'}`)
  } else {
    console.error(
      'Say which chapter comes next: npm run catch-up 5 writes the files of chapters 1 to 4.',
    )
    process.exitCode = 2
  }
}
