/** Runs a page's blocks one after the other on its stage. Throws if a block fails. */
import { type Block, commandsOf, excuseOf, matches, standsAlone } from './page.ts'
import type { Stage } from './stage.ts'

export const isCode = ({ language }: Block): boolean => /^(ts|js|sh)$/.test(language)

/** The blocks of a page that are run or written: code, and files of any kind. */
export const playedOf = (blocks: Block[]): Block[] =>
  blocks.filter(
    (block) => (isCode(block) || block.file !== undefined) && excuseOf(block) === undefined,
  )

/** The file name of a block: its own, or a name with its line number. */
const fileOf = ({ file, line, language }: Block): string => file ?? `line-${line}.${language}`

async function playServer(stage: Stage, block: Block): Promise<void> {
  const [only, ...others] = commandsOf(block)
  if (only === undefined || others.length > 0) throw new Error('a server block holds one command')
  await stage.serve(only.command)
}

/** The names in `npm install --save-dev zod @types/node@20`, without versions. */
export function namesIn(command: string): string[] | undefined {
  const [, names] = /^npm install (?:--save-dev )?([^-].*)$/.exec(command) ?? []
  return names?.split(' ').map((name) => name.replace(/(?<!^)@.*$/, ''))
}

async function playShell(stage: Stage, block: Block): Promise<void> {
  for (const { command, expected } of commandsOf(block)) {
    const names = namesIn(command)
    if (names !== undefined) {
      await stage.install(names)
      continue
    }
    const { output, code } = await stage.shell(command)
    if (expected === undefined && code !== 0)
      throw new Error(`${command} ended with ${String(code)}:\n${output}`)
    if (expected !== undefined && !matches(output, expected))
      throw new Error(`${command} printed:\n${output}\nexpected:\n${expected}`)
  }
}

export async function play(stage: Stage, block: Block, page: Block[]): Promise<void> {
  if (block.language === 'sh' && block.file === undefined)
    return block.info === 'server' ? playServer(stage, block) : playShell(stage, block)
  await stage.write(fileOf(block), block.code)
  if (block.info === 'postgres' || !runsAlone(block, page)) return
  await run(stage, block)
}

/** Reports whether a block is code that is run directly. */
export const runsAlone = (block: Block, page: Block[]): boolean =>
  /^(ts|js)$/.test(block.language) && standsAlone(block, page)

/** Runs a block whose file has been written. */
export async function run(stage: Stage, block: Block): Promise<void> {
  const { output, code } = await stage.run(fileOf(block))
  if (code !== 0) throw new Error(`the block ended with ${String(code)}:\n${output}`)
}

/** Type-checks all TypeScript of a page together. Returns the errors of the compiler. */
export async function typeFaults(stage: Stage, blocks: Block[]): Promise<string> {
  const typed = blocks.filter(({ language }) => language === 'ts')
  if (typed.length === 0) return ''
  for (const block of typed) await stage.write(fileOf(block), block.code)
  const { output } = await stage.check(typed.map(fileOf))
  return output
}
