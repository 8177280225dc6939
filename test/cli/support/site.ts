/** The program `phial`, as a process, in a folder of its own. */
import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, type Ended } from '../../server/support/command.ts'

const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url))
const bin = at('packages/framework/bin/phial.js')

export interface Site extends AsyncDisposable {
  readonly path: string
  write(name: string, text: string): Promise<void>
  /** Starts `phial` there. The environment is only what is given. */
  start(words: readonly string[], env?: Record<string, string>, input?: string): Command
  /** Runs it to its end. */
  run(words: readonly string[], env?: Record<string, string>, input?: string): Promise<Ended>
}

/** What is installed for development. */
const development = ['core', 'server', 'framework', 'cli', 'xray']

/** A folder with files, in which these of our packages are installed. */
export async function siteWith(
  files: Readonly<Record<string, string>>,
  installed: readonly string[] = development,
): Promise<Site> {
  const path = await mkdtemp(join(tmpdir(), 'phial-site-'))
  await mkdir(join(path, 'node_modules/@phial'), { recursive: true })
  for (const name of installed) {
    const to = name === 'framework' ? 'phial' : `@phial/${name}`
    // oxlint-disable-next-line no-await-in-loop -- a few links
    await symlink(at(`packages/${name}`), join(path, 'node_modules', to))
  }
  const write = async (name: string, text: string): Promise<void> => {
    await mkdir(dirname(join(path, name)), { recursive: true })
    await writeFile(join(path, name), text)
  }
  await write('package.json', '{ "type": "module" }')
  for (const [name, text] of Object.entries(files)) {
    // oxlint-disable-next-line no-await-in-loop -- a few small files
    await write(name, text)
  }
  const start: Site['start'] = (words, env = {}, input) => {
    const { PATH = '' } = process.env
    const child = spawn(process.execPath, [bin, ...words], { cwd: path, env: { PATH, ...env } })
    child.stdin.end(input)
    return new Command(child)
  }
  return {
    path,
    write,
    start,
    run: (...given) => start(...given).ended,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  }
}

/** A copy of the example site, to change. */
export async function exampleSite(): Promise<Site> {
  const site = await siteWith({})
  const original = at('examples/site')
  const filter = (file: string): boolean => !/node_modules|instance/.test(file)
  await cp(original, site.path, { recursive: true, filter })
  const modules = await readdir(join(original, 'node_modules'))
  for (const name of modules.filter((one) => !/^[.@]|^phial$/.test(one))) {
    const target = join(original, 'node_modules', name)
    // oxlint-disable-next-line no-await-in-loop -- a few links
    await symlink(target, join(site.path, 'node_modules', name))
  }
  return site
}

/** An app with one view, and with lines of its own. */
export const appSaying = (text: string, more = ''): string => `import { Phial } from 'phial'
export const app = new Phial(import.meta.url)
${more}
app.get('/', () => ${text})
`

/** Where a running `phial run` listens. */
export async function addressOf(command: Command): Promise<string> {
  const [, address = ''] = await command.says(/Running on (http:\/\/\S+) /)
  return address
}

/** The address at which it shows debug pages. */
export async function entryOf(command: Command): Promise<string> {
  const [, address = ''] = await command.says(/For debug pages, open (\S+)\n/)
  return address
}

export const text = async (url: string): Promise<string> => (await fetch(url)).text()
