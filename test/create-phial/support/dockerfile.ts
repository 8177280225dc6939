/**
 * Builds a Dockerfile without Docker: each stage is a folder, `/app` is that folder, and the base image is this machine.
 * A stage contains only the files that it copies. `USER`, `VOLUME` and `EXPOSE` are ignored.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.ts'

export interface Image {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly command: readonly string[]
}

/** Builds the last stage in the empty folder `into`. `env` is the environment of the commands. */
export async function build(context: string, into: string, env: NodeJS.ProcessEnv): Promise<Image> {
  const stages = new Map<string, string>()
  let stage = into
  let own: Record<string, string> = {}
  let command: string[] = []
  for (const line of instructions(readFileSync(join(context, 'Dockerfile'), 'utf8'))) {
    const [word = '', ...rest] = line.split(/\s+/)
    const text = rest.join(' ')
    if (word === 'FROM') {
      const name = /\bAS (\w+)$/.exec(text)?.[1] ?? 'last'
      stage = join(into, name)
      stages.set(name, stage)
      own = {}
      mkdirSync(stage)
    } else if (word === 'COPY') copy(rest, context, stage, stages)
    else if (word === 'ENV')
      own = { ...own, ...Object.fromEntries(rest.map((pair) => pair.split('='))) }
    else if (word === 'CMD') command = JSON.parse(text) as string[]
    // oxlint-disable-next-line no-await-in-loop -- each step depends on the previous one
    else if (word === 'RUN') await runStep(text, stage, { ...env, ...own })
    else if (!['WORKDIR', 'USER', 'VOLUME', 'EXPOSE'].includes(word))
      throw new Error(`Unknown instruction: ${line}`)
  }
  return { folder: stage, env: own, command }
}

const instructions = (text: string): string[] =>
  text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))

async function runStep(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { code, stdout, stderr } = await run('sh', ['-c', command], { cwd, env })
  if (code !== 0)
    throw new Error(`RUN ${command} ended with ${code ?? 'a signal'}:\n${stdout}${stderr}`)
}

/** Runs `COPY [--from=stage] source... target`. Files of the context that `.dockerignore` lists are not copied. */
function copy(words: string[], context: string, stage: string, stages: Map<string, string>): void {
  const from = words.find((word) => word.startsWith('--from='))?.slice(7)
  const paths = words.filter((word) => !word.startsWith('--'))
  const to = join(stage, paths.pop() ?? '')
  if (from === undefined) {
    const ignored = readFileSync(join(context, '.dockerignore'), 'utf8').split('\n')
    const there = readdirSync(context).filter((name) => !ignored.includes(name))
    for (const name of there.filter((one) => paths.some((path) => isMeant(path, one))))
      cpSync(join(context, name), join(to, name), { recursive: true })
    return
  }
  const source = stages.get(from) ?? ''
  for (const path of paths) {
    const place = join(source, path.replace('/app', ''))
    if (!existsSync(place)) throw new Error(`COPY: ${place} does not exist`)
    const name = path.split('/').at(-1) ?? ''
    const into = paths.length > 1 || to === join(stage, './') ? join(stage, name) : to
    cpSync(place, into, { recursive: true, verbatimSymlinks: true })
  }
}

const isMeant = (path: string, name: string): boolean =>
  path === '.' || path === name || (path.endsWith('*') && name === path.slice(0, -1))
