/** The program `phial` as a process, in its own folder. */
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
  /** Starts `phial` in the folder, with no other environment variables than these. */
  start(words: readonly string[], env?: Record<string, string>, input?: string): Command
  /** Runs `phial` until it exits. */
  run(words: readonly string[], env?: Record<string, string>, input?: string): Promise<Ended>
}

/** The packages that are installed for development. */
const development = ['core', 'server', 'framework', 'cli', 'xray']

/** Creates a folder with these files, in which these packages of the workspace are installed. */
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

/** Copies the example site, so that a test can change it. */
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

/** Returns the code of an app with one view and additional lines. */
export const appSaying = (text: string, more = ''): string => `import { Phial } from 'phial'
export const app = new Phial(import.meta.url)
${more}
app.get('/', () => ${text})
`

/** Returns the address of a running `phial run`. */
export async function addressOf(command: Command): Promise<string> {
  const [, address = ''] = await command.says(/Running on (http:\/\/\S+) /)
  return address
}

/** Returns the address that enables debug pages. */
export async function entryOf(command: Command): Promise<string> {
  const [, address = ''] = await command.says(/For debug pages, open (\S+)\n/)
  return address
}

export const text = async (url: string): Promise<string> => (await fetch(url)).text()
