/** Converts the README of an example to that of a new application. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Adds the parts that every README has, from the folder `files`: how to run the app (`commands.md`) and how to deploy it
 * (`end.md`). `checks` describes `npm run check`, and `run` is the command that serves the app for development.
 */
export function readmeOf(page: string, files: string, checks: string, run: string): string {
  const commands = readFileSync(join(files, 'commands.md'), 'utf8')
    .replace('CHECKS', checks)
    .replace('RUN', run)
    .trimEnd()
  return withCommands(page, commands) + readFileSync(join(files, 'end.md'), 'utf8')
}

/** Removes instructions for the tests of the repository, and links that lead out of the folder. */
export function plain(page: string): string {
  return page
    .replaceAll(/^(```\w+) .*$/gm, '$1')
    .replaceAll(/\[([^\]]+)\]\((?:\.\.\/)+[^)]*\)/g, '$1')
}

/** Replaces the commands of the example, or inserts the new ones after the first paragraph. */
function withCommands(page: string, commands: string): string {
  const own = /^```\npnpm [^]*?^```$/m
  if (own.test(page)) return page.replace(own, () => commands)
  return page.replace(/^(# .*\n\n(?:.+\n)+)/, (top) => `${top}\n${commands}\n`)
}
