/** Parses the command line. */
import { parseArgs } from 'node:util'
import { Refusal } from './refusal.ts'
import { templateNames, templates } from './templates.ts'

export interface Options {
  readonly dir: string | undefined
  readonly template: string | undefined
  /** Asks nothing and uses the defaults. */
  readonly yes: boolean
  readonly install: boolean
  readonly git: boolean
  /** Writes into a folder that is not empty. Existing files are not overwritten. */
  readonly force: boolean
  readonly help: boolean
  readonly version: boolean
}

const options = {
  template: { type: 'string', short: 't' },
  yes: { type: 'boolean', short: 'y', default: false },
  install: { type: 'boolean', default: true },
  git: { type: 'boolean', default: true },
  force: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', default: false },
} as const

export const usage: string = `Usage: npm create phial [dir] -- [options]

Creates an application in a new folder. On a terminal, asks for missing options.

Options:
  -t, --template NAME  the template (default: minimal):
${templates.map(({ name, hint }) => `                         ${name.padEnd(9)}${hint}`).join('\n')}
  -y, --yes            asks nothing and uses the defaults (folder: phial-app)
      --no-install     does not install the dependencies
      --no-git         does not create a git repository
      --force          writes into a folder that is not empty, without overwriting files
  -h, --help           shows this
      --version        shows the version

npm consumes options itself unless -- precedes them. pnpm, yarn and bun do not.
`

/** Parses the arguments. Throws a {@link Refusal} with exit code 2 for an unknown option or a surplus argument. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parsed(args)
  const [dir, second] = positionals
  if (dir !== undefined && second !== undefined) {
    throw new Refusal(
      `Expected one folder, received ${positionals.join(' ')}. With npm, put -- before the options: npm create phial ${dir} -- --template ${second}.`,
      2,
    )
  }
  if (dir === '') throw new Refusal('The folder name is empty. Run npm create phial my-app.', 2)
  if (values.template !== undefined) checkTemplate(values.template)
  return { template: undefined, ...values, dir }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, allowNegative: true })
  } catch (error) {
    const problem = error instanceof Error ? error.message.replace(/\. [^]*/, '') : String(error)
    throw new Refusal(`${problem}. Run npm create phial -- --help to list the options.`, 2)
  }
}

function checkTemplate(name: string): void {
  if (templateNames.includes(name)) return
  throw new Refusal(
    `Unknown template ${JSON.stringify(name)}. Choose one of ${templateNames.join(', ')}.`,
    2,
  )
}
