/** Prompts on a terminal for the options that the command line does not set. */
import { confirm, intro, isCancel, outro, select, text } from '@clack/prompts'
import { Refusal } from './refusal.ts'
import { findTarget } from './target.ts'
import { defaultTemplate, templates } from './templates.ts'
import type { Options } from './options.ts'

/** The folder that is used if none is named. */
export const defaultDir = 'phial-app'

export interface Choices {
  readonly dir: string
  readonly template: string
  readonly install: boolean
}

/** The options without a terminal to ask on: those that are given, and the defaults. */
export function defaults({
  dir = defaultDir,
  template = defaultTemplate,
  install,
}: Options): Choices {
  return { dir, template, install }
}

/** Asks for the options that are not given. Throws a {@link Refusal} after Ctrl-C. */
export async function ask(options: Options, cwd: string): Promise<Choices> {
  // A folder that cannot be used is reported before anything is asked.
  if (options.dir !== undefined) findTarget(options.dir, cwd, options.force)
  intro('A new web application with Phial')
  const dir = options.dir ?? (await askDir(cwd, options.force))
  const template = options.template ?? (await askTemplate())
  const install =
    options.install && answered(await confirm({ message: 'Install its dependencies now?' }))
  outro(`Creating ${dir}`)
  return { dir, template, install }
}

async function askDir(cwd: string, force: boolean): Promise<string> {
  const answer = await text({
    message: 'In which folder?',
    placeholder: defaultDir,
    defaultValue: defaultDir,
    validate: (dir) => problemOf(() => findTarget(dir || defaultDir, cwd, force)),
  })
  return answered(answer)
}

const WIDTH = Math.max(...templates.map(({ name }) => name.length))

async function askTemplate(): Promise<string> {
  const answer = await select({
    message: 'Which template?',
    // clack shows hints only for the option under the cursor.
    options: templates.map(({ name, hint }) => ({
      value: name,
      label: `${name.padEnd(WIDTH)}  ${hint}`,
    })),
    initialValue: defaultTemplate,
  })
  return answered(answer)
}

function problemOf(look: () => unknown): string | undefined {
  try {
    look()
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  }
}

function answered<Answer>(answer: Answer): Exclude<Answer, symbol> {
  if (isCancel(answer)) throw new Refusal('Stopped. No files were written.', 130)
  return answer as Exclude<Answer, symbol>
}
