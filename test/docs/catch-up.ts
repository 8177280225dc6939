/** `npm run catch-up 5` in `examples/learn`: writes the files of the tutorial's chapters before chapter 5. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { root } from '../house/workspace.ts'
import { filesBefore } from './learn.ts'

/** Writes the files that do not exist yet, and returns their names. */
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

// Only if Node runs this file directly.
if (import.meta.filename === process.argv[1]) {
  const chapter = Number(process.argv[2])
  if (Number.isInteger(chapter) && chapter > 1) {
    const written = await catchUp(chapter, join(root, 'examples/learn'))
    console.log(`examples/learn: ${written.join(' ') || 'nothing was missing'}`)
  } else {
    console.error(
      'Expected the number of the next chapter, 2 or greater. For example, npm run catch-up 5 writes the files of chapters 1 to 4.',
    )
    process.exitCode = 2
  }
}
