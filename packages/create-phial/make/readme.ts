/** The page of an example, made that of an application of one's own. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * `files` has what every page says: how to run it (`commands.md`), and where others see it (`end.md`). `checks` is
 * what `npm run check` looks at, and `run` what serves the application for development.
 */
export function readmeOf(page: string, files: string, checks: string, run: string): string {
  const commands = readFileSync(join(files, 'commands.md'), 'utf8')
    .replace('CHECKS', checks)
    .replace('RUN', run)
    .trimEnd()
  return withCommands(page, commands) + readFileSync(join(files, 'end.md'), 'utf8')
}

/** Without what is meant for the tests of the repository, and without links that lead out of the folder. */
export function plain(page: string): string {
  return page
    .replaceAll(/^(```\w+) .*$/gm, '$1')
    .replaceAll(/\[([^\]]+)\]\((?:\.\.\/)+[^)]*\)/g, '$1')
}

/** How to run it stands in the place of the example's own commands; without any, below the first paragraph. */
function withCommands(page: string, commands: string): string {
  const own = /^```\npnpm [^]*?^```$/m
  if (own.test(page)) return page.replace(own, () => commands)
  return page.replace(/^(# .*\n\n(?:.+\n)+)/, (top) => `${top}\n${commands}\n`)
}
