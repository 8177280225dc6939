/** The command line, read. */
import { parseArgs } from 'node:util'
import { Refusal } from './refusal.ts'
import { templateNames, templates } from './templates.ts'

export interface Words {
  readonly dir: string | undefined
  readonly template: string | undefined
  /** Asks nothing, and takes what is usual. */
  readonly yes: boolean
  readonly install: boolean
  readonly git: boolean
  /** Goes into a folder that is not empty. Nothing there is overwritten. */
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

Makes an application in a new folder. On a terminal it asks for what is not said.

Options:
  -t, --template NAME  which one:
${templates.map(({ name, hint }) => `                         ${name.padEnd(9)}${hint}`).join('\n')}
  -y, --yes            asks nothing: takes minimal, in phial-app, where nothing else is said
      --no-install     does not install what it depends on
      --no-git         does not make a git repository of it
      --force          goes into a folder that is not empty; nothing there is overwritten
  -h, --help           shows this
      --version        shows the version

npm takes options for itself unless -- stands before them; pnpm, yarn and bun do not.
`

/** Reads the words after the command. Throws a {@link Refusal} with exit code 2 for what it does not know. */
export function readWords(args: readonly string[]): Words {
  const { values, positionals } = parsed(args)
  const [dir, second] = positionals
  if (dir !== undefined && second !== undefined) {
    throw new Refusal(
      `${positionals.join(' ')}: one folder at a time; options need a -- before them under npm: npm create phial ${dir} -- --template ${second}`,
      2,
    )
  }
  if (dir === '') throw new Refusal('The folder has no name: npm create phial my-app', 2)
  if (values.template !== undefined) checkTemplate(values.template)
  return { template: undefined, ...values, dir }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, allowNegative: true })
  } catch (error) {
    const said = error instanceof Error ? error.message.replace(/\. [^]*/, '') : String(error)
    throw new Refusal(`${said}; npm create phial -- --help lists the options`, 2)
  }
}

function checkTemplate(name: string): void {
  if (templateNames.includes(name)) return
  throw new Refusal(`There is no template ${JSON.stringify(name)}: ${templateNames.join(', ')}`, 2)
}
