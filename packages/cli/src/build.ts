/** `phial build`: writes templates, and the hashes or bytes of static files, as a module. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { BuiltFile, BuiltFiles, Phial, StaticFolder } from 'phial'
import { compileTemplate, type Program, UsageError, writeBuild } from 'phial/tools'

/** The options of `phial build`. */
export interface BuildOptions {
  readonly out: string | undefined
  readonly static: boolean
}

const DEFAULT = 'build/phial.js'

/**
 * Writes the module that `app.useBuild` accepts, and a `.d.ts` with its type. The module contains every compiled
 * template and the hash of every static file. With `--static`, it also contains the bytes. Throws `TemplateError` if
 * a template cannot be compiled.
 */
export async function build(options: BuildOptions, program: Program): Promise<void> {
  const app = await program.loadApp()
  const file = resolve(program.folder, options.out ?? DEFAULT)
  if (!/\.m?js$/.test(file))
    throw new UsageError(`Expected a file that ends in .js or .mjs for --out, received ${file}.`)
  const templates = templatesOf(app)
  const folders = Array.from(app.staticFolders, ([endpoint, folder]) => {
    return [endpoint, filesOf(folder, options.static)] as const
  })
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, writeBuild(templates, Object.fromEntries(folders)))
  await writeFile(file.replace(/\.(m?)js$/, '.d.$1ts'), TYPES)
  const files = folders.flatMap(([, built]) => Object.keys(built)).length
  const what = options.static ? '' : ' (versions only; --static adds the bytes)'
  program.echo(
    `${relative(program.folder, file)}: templates: ${templates.length}, static files: ${files}${what}`,
  )
}

const TYPES = `import type { AppBuild } from 'phial'

declare const build: AppBuild
export default build
`

/** Compiles every template of the app and its blueprints, except dot files, which editors and the system create. */
function templatesOf({ templates }: Phial): string[] {
  const names = templates.all().filter((name) => !/(?:^|\/)\./.test(name))
  return names
    .flatMap((name) => templates.search(name) ?? [])
    .map(({ source, name }) => compileTemplate(source, name, Object.keys(templates.names)))
}

/** Returns the files that the folder serves, by their relative paths. A file over 16 MiB has no hash and is left out. */
function filesOf(folder: StaticFolder, hasBytes: boolean): BuiltFiles {
  const { path: root } = folder
  if (root === undefined) return {}
  const built = pathsBelow(root).flatMap((path): [string, BuiltFile][] => {
    const { v: hash } = folder.withVersion({ path })
    if (typeof hash !== 'string') return []
    const base64 = hasBytes ? { base64: readFileSync(join(root, path), 'base64') } : {}
    return [[path, { hash, ...base64 }]]
  })
  return Object.fromEntries(built)
}

function pathsBelow(folder: string): string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return []
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return paths.map((path) => path.split(sep).join('/')).toSorted()
}
