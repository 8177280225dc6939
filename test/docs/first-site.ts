/**
 * Runs the first page of the guide, whose reader begins in an empty folder.
 *
 * The packages are linked from the workspace. In `pnpm test:slow`, the page's own commands pack Phial and install from a
 * registry.
 */
import { execFileSync } from 'node:child_process'
import { root } from '../house/workspace.ts'
import { type Block, commandsOf } from './page.ts'
import { namesIn, play } from './play.ts'
import type { Stage } from './stage.ts'

export const FIRST_SITE = 'docs/guide/first-site.md'

/** The command that creates the folder from a clone. */
const NEW = /^(npx -y pnpm@12 new --empty) \.\.\/recipes$/

/** Does what the reader does: writes the file, or runs the commands. */
export async function follow(
  stage: Stage,
  block: Block,
  page: Block[],
  isReal: boolean,
): Promise<void> {
  if (block.file !== undefined) return stage.write(block.file, block.code)
  const [{ command } = { command: '' }] = commandsOf(block)
  const [, create] = NEW.exec(command) ?? []
  // The stage already is that folder.
  if (command === 'cd ../recipes') return
  if (isReal && create !== undefined) return shell(`${create} --force ${stage.path}`, root)
  if (isReal && namesIn(command) !== undefined) return shell(command, stage.path)
  if (create === undefined) return play(stage, block, page)
  await stage.link()
  await stage.write('package.json', '{ "type": "module" }\n')
}

function shell(command: string, cwd: string): void {
  execFileSync('bash', ['-c', command], { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
}
