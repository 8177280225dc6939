/**
 * Builds the templates from `examples/` into `dist/templates/` before each pack, so that templates and examples have the
 * same version and the repository contains the code only once. `pnpm templates` runs it by hand.
 *
 * A template consists of the programs of its examples, the files in `files/all` and `files/<its name>`, and a
 * `package.json` and a `README.md` that are derived from those of the examples.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { templateNames } from '../src/templates.ts'
import {
  manifestIn,
  released,
  root,
  VENDOR,
  vendor,
  type Manifest,
  type Versions,
  writeJson,
} from './packages.ts'
import { plain, readmeOf } from './readme.ts'

const here = fileURLToPath(new URL('.', import.meta.url))

/** The sources of a template. */
interface Recipe {
  /** Folders of `examples/`. */
  readonly from: readonly string[]
  /** The module to serve, relative to the template's top folder. */
  readonly module: string
  /** Folders that the code reads. `npm run build` copies them next to it. */
  readonly reads: readonly string[]
  /** Files of the examples that the template does not include. */
  readonly without?: readonly string[]
  /** The folder for the stylesheet and the icon of `minimal`, if the examples have none. */
  readonly style?: string
}

const recipes: Readonly<Record<string, Recipe>> = {
  gateway: {
    from: ['01-hello-gateway', '02-url-dispatch', '03-middleware'],
    module: 'app',
    reads: ['static'],
    without: ['README.md', 'environ.md'],
    style: 'static',
  },
  minimal: { from: ['05-hello-phial'], module: 'app', reads: ['templates', 'static'] },
  site: { from: ['site'], module: 'app', reads: ['templates', 'static'] },
  blog: { from: ['blog'], module: 'app', reads: ['templates', 'static', 'migrations'] },
  api: { from: ['api'], module: 'app', reads: ['templates', 'static', 'migrations'] },
  deploy: { from: ['deploy'], module: 'app', reads: ['templates', 'static'] },
  ladder: {
    from: ['ladder'],
    module: '5-phial/app',
    reads: ['5-phial/templates', '5-phial/static'],
    style: '5-phial/static',
  },
}

/**
 * Builds all templates into a folder, which is emptied first. With a folder of tarballs, an application installs Phial
 * from them instead of a registry.
 */
export function buildTemplates(into: string, tarballs?: string): void {
  rmSync(into, { recursive: true, force: true })
  for (const name of templateNames) {
    const recipe = recipes[name]
    if (recipe === undefined) throw new Error(`There is no recipe for the template ${name}`)
    makeTemplate(name, recipe, join(into, name))
    if (tarballs !== undefined) vendorIn(join(into, name), tarballs)
  }
}

function makeTemplate(name: string, recipe: Recipe, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const example of recipe.from) copyExample(join(root, 'examples', example), to, recipe)
  cpSync(join(root, 'examples/site/tsconfig.json'), join(to, 'tsconfig.json'))
  cpSync(join(here, 'files/all'), to, { recursive: true })
  const own = join(here, 'files', name)
  if (existsSync(own)) cpSync(own, to, { recursive: true })
  if (recipe.style !== undefined)
    cpSync(join(here, 'files/minimal/static'), join(to, recipe.style), { recursive: true })
  writeJson(join(to, 'package.json'), packageOf(name, recipe))
  for (const path of readdirSync(to, { recursive: true, encoding: 'utf8' })) {
    if (path.endsWith('.md')) edit(join(to, path), plain)
    if (path.endsWith('.eta')) edit(join(to, path), addHint)
  }
  const checks =
    name === 'gateway'
      ? 'checks the types'
      : 'checks the types, and that every link and template exists'
  const { dev } = scriptsOf(name, recipe)
  edit(join(to, 'README.md'), (page) => readmeOf(page, join(here, 'files/readme'), checks, dev))
  edit(join(to, 'build.js'), (code) => code.replace('= []', `= ${listed(recipe.reads)}`))
  for (const file of ['Dockerfile', 'Dockerfile.pnpm'])
    edit(join(to, file), (text) => text.replace('dist/app', `dist/${recipe.module}`))
}

/** Adds the packages to the template. Its image needs them too, and its README explains them. */
function vendorIn(template: string, tarballs: string): void {
  vendor(tarballs, template)
  for (const file of ['Dockerfile', 'Dockerfile.pnpm'])
    edit(join(template, file), (text) =>
      text.replace(/^COPY package\.json .*\n/m, (line) => `${line}COPY ${VENDOR} ./${VENDOR}\n`),
    )
  const page = readFileSync(join(here, 'files/readme/vendor.md'), 'utf8')
  edit(join(template, 'README.md'), (text) => text + page)
}

/** Replaces the footer of a page. In debug mode, the new one says where to start. */
function addHint(page: string): string {
  const hint = `Made with Phial.<% if (config.DEBUG) { %> Start in <code>app.ts</code>; <code>README.md</code> explains each file. <code>npx phial run --xray</code> draws each request, layer by layer.<% } %>`
  return page.replace('Made with Phial, WSGI for TypeScript.', () => hint)
}

/** Copies an example as it is in git, without installed and generated files, and without its `package.json`. */
function copyExample(from: string, to: string, { without = [] }: Recipe): void {
  const omitted = new Set([
    'node_modules',
    'dist',
    'instance',
    'package.json',
    '.gitignore',
    ...without,
  ])
  cpSync(from, to, { recursive: true, filter: (path) => !omitted.has(basename(path)) })
  for (const file of readdirSync(to).filter((path) => path.startsWith('.')))
    cpSync(join(to, file), join(to, `_${file.slice(1)}`))
  for (const file of readdirSync(to).filter((path) => path.startsWith('.'))) rmSync(join(to, file))
}

function scriptsOf(
  name: string,
  { module }: Recipe,
): Record<'dev', string> & Record<string, string> {
  const isGateway = name === 'gateway'
  const phial = module === 'app' ? 'phial' : `phial --app ${module}`
  return {
    dev: isGateway ? `phial-server --reload ${module}` : `${phial} run`,
    build: 'node build.js',
    prestart: 'node build.js --if-missing',
    start: `phial-server --env-file .env dist/${module}`,
    test: 'vitest run',
    check: isGateway ? 'tsc --noEmit' : `tsc --noEmit && ${phial} check`,
  }
}

function packageOf(name: string, recipe: Recipe): object {
  const { from } = recipe
  const manifests = from.map((example) => manifestIn(`examples/${example}`))
  const { engines } = manifestIn('packages/framework')
  const dependencies = Object.assign({}, ...manifests.map((one) => one.dependencies)) as Versions
  return {
    name: 'phial-app',
    private: true,
    type: 'module',
    scripts: scriptsOf(name, recipe),
    dependencies: released(dependencies),
    devDependencies: released(toolsFor(dependencies, manifests)),
    engines,
  }
}

/** Returns the development dependencies: those of the example site for all. Only apps that use Phial need `@phial/cli`. The server depends on tsx. */
function toolsFor(dependencies: Versions, manifests: readonly Manifest[]): Versions {
  const all = [manifestIn('examples/site'), ...manifests].map((one) => one.devDependencies)
  const { '@phial/cli': cli = '', tsx: _, ...tools } = Object.assign({}, ...all) as Versions
  return 'phial' in dependencies ? { '@phial/cli': cli, ...tools } : tools
}

const listed = (folders: readonly string[]): string =>
  `[${folders.map((one) => `'${one}'`).join(', ')}]`

const edit = (path: string, change: (text: string) => string): void =>
  writeFileSync(path, change(readFileSync(path, 'utf8')))

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  buildTemplates(resolve(here, '../dist/templates'))
}
