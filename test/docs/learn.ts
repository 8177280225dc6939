/** The tutorial: its chapters build on each other, and show what X-ray draws of what they built. */
import { files, read } from '../house/workspace.ts'
import { type Block, blocksOf, commandsOf } from './page.ts'
import { playedOf } from './play.ts'
import type { Stage } from './stage.ts'

export interface Chapter {
  path: string
  page: string
  blocks: Block[]
}

/** The chapters, and the plans for teachers, who have all of their files at hand. */
export const isChapter = (path: string): boolean =>
  /^docs\/learn\/(\d+-[^/]*|teaching)\.md$/.test(path)

/** In the order in which they are read. */
export const chapters: Chapter[] = files('docs/learn', '.md')
  .filter(isChapter)
  .map((path) => {
    const page = read(path)
    return { path, page, blocks: playedOf(blocksOf(page)) }
  })

/** What a reader has typed on the way to a chapter, by its place in the list. */
export const filesBefore = (at: number): { file: string; code: string }[] =>
  chapters
    .slice(0, at)
    .flatMap(({ blocks }) => blocks)
    .flatMap(({ file, code }) => (file === undefined ? [] : [{ file, code }]))

export const isPicture = ({ info }: Block): boolean => info === 'xray'

/** Runs a block of pictures, and gives it with what was drawn now. Times differ, so they are `…`. */
export async function redraw(stage: Stage, block: Block): Promise<string> {
  const drawn: string[] = []
  for (const { command } of commandsOf(block)) {
    const { output, code } = await stage.shell(command)
    if (code !== 0) throw new Error(`${command} ended with ${String(code)}:\n${output}`)
    drawn.push(`$ ${command}`, output.replace(/\d+(\.\d+)? ms/g, '… ms').trimEnd())
  }
  return drawn.join('\n')
}
