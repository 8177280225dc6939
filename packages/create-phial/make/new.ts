/**
 * `pnpm new` is `npm create phial` from a clone of the repository, until the packages are on a registry. It packs them,
 * and the new application keeps the tarballs in `vendor/`, so that `npm install` works there.
 *
 *     npx -y pnpm@12 new ../my-app             # asks the questions of `npm create phial`
 *     npx -y pnpm@12 new --empty ../recipes    # a package.json with Phial, and nothing else
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { install } from '../src/children.ts'
import { create } from '../src/create.ts'
import { layOut } from '../src/lay-out.ts'
import { managerOf } from '../src/manager.ts'
import { Refusal } from '../src/refusal.ts'
import { findTarget } from '../src/target.ts'
import { readOptions } from '../src/options.ts'
import { writeApp } from '../src/write.ts'
import { buildTemplates } from './make.ts'
import { released, root, vendor, writeJson } from './packages.ts'

/** The folder in which the user ran the command. pnpm runs scripts at the top of the repository. */
const cwd = process.env['INIT_CWD'] ?? process.cwd()
const npm = managerOf()

/** The environment without the variables that pnpm sets, because the new application uses npm. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(pnpm_|npm_(?!config_)|npm_config_(user_agent|.*prefix)$)/i.test(name),
  ),
)

/** Packs the packages that an application installs. Returns the folder of the tarballs. */
function packInto(folder: string): string {
  const mine = process.env['npm_execpath'] ?? ''
  const [file = '', ...before] = basename(mine).startsWith('pnpm')
    ? [mine]
    : ['npx', '-y', 'pnpm@12']
  const args = ['--filter', './packages/*', '--filter', '!create-phial', 'pack']
  const { status, stdout, stderr } = spawnSync(
    file,
    [...before, ...args, '--pack-destination', folder],
    { cwd: root, encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`pnpm pack failed:\n${stdout}${stderr}`)
  return folder
}

/** Creates a folder with a `package.json` that depends on Phial, and installs it. */
async function createEmpty(args: readonly string[], folder: string): Promise<void> {
  const options = readOptions(args)
  if (options.dir === undefined)
    throw new Refusal('Missing folder. Run npx -y pnpm@12 new --empty ../my-app.', 2)
  const target = findTarget(options.dir, cwd, options.force)
  const tarballs = packInto(folder)
  const template = join(folder, 'empty')
  mkdirSync(template)
  writeJson(join(template, 'package.json'), {
    name: 'phial-app',
    private: true,
    type: 'module',
    dependencies: released({ phial: '', '@phial/server': '' }),
    devDependencies: released({ '@phial/cli': '', '@phial/xray': '' }),
  })
  vendor(tarballs, template)
  writeApp(layOut(template, target.name, npm), target)
  if (options.install) await install(target, npm, env)
  process.stdout.write(`Created ${target.dir}, with Phial${options.install ? ' installed' : ''}.\n`)
}

async function createFrom(args: readonly string[], folder: string): Promise<number> {
  if (!args.includes('--empty')) {
    const templates = join(folder, 'templates')
    buildTemplates(templates, packInto(folder))
    return create(args, {
      cwd,
      env,
      templates,
      isTerminal: process.stdin.isTTY && process.stdout.isTTY,
      print: (text) => process.stdout.write(text),
      printError: (text) => process.stderr.write(text),
    })
  }
  try {
    await createEmpty(
      args.filter((word) => word !== '--empty'),
      folder,
    )
    return 0
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    process.stderr.write(`${error.detail}create-phial: ${error.message}\n`)
    return error.exitCode
  }
}

const folder = mkdtempSync(join(tmpdir(), 'phial-new-'))
try {
  process.exitCode = await createFrom(process.argv.slice(2), folder)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
