/** The tutorial. Its chapters build on each other, and contain X-ray's pictures of what they build. */
import { files, read } from '../house/workspace.ts'
import { type Block, blocksOf, commandsOf } from './page.ts'
import { playedOf } from './play.ts'
import type { Stage } from './stage.ts'

export interface Chapter {
  path: string
  page: string
  blocks: Block[]
}

/** Reports whether a page is a chapter or the page for teachers, which uses the files of all chapters. */
export const isChapter = (path: string): boolean =>
  /^docs\/learn\/(\d+-[^/]*|teaching)\.md$/.test(path)

/** The chapters, in order. */
export const chapters: Chapter[] = files('docs/learn', '.md')
  .filter(isChapter)
  .map((path) => {
    const page = read(path)
    return { path, page, blocks: playedOf(blocksOf(page)) }
  })

/** The files of the chapters before the chapter at an index. */
export const filesBefore = (at: number): { file: string; code: string }[] =>
  chapters
    .slice(0, at)
    .flatMap(({ blocks }) => blocks)
    .flatMap(({ file, code }) => (file === undefined ? [] : [{ file, code }]))

export const isPicture = ({ info }: Block): boolean => info === 'xray'

/** Runs a block of pictures, and returns the block with the new pictures. Times are replaced by `…`. */
export async function redraw(stage: Stage, block: Block): Promise<string> {
  const drawn: string[] = []
  for (const { command } of commandsOf(block)) {
    const { output, code } = await stage.shell(command)
    if (code !== 0) throw new Error(`${command} ended with ${String(code)}:\n${output}`)
    drawn.push(`$ ${command}`, output.replace(/\d+(\.\d+)? ms/g, '… ms').trimEnd())
  }
  return drawn.join('\n')
}
