/**
 * The cost of type-checking an app with 1,000 routes, compared with one with 10.
 *
 *     pnpm bench types
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const RUNS = 5
const COUNTS = [10, 500, 1000, 2000, 4000]

/** Typical routes: static paths, params, converters, groups, defaults. */
function routeOf(index: number): string {
  const base = `/api/v1/resource${index}`
  const forms = [
    `app.get('${base}', () => 'all')`,
    `app.get('${base}/:id', { params: { id: int } }, ({ id }) => \`\${id + 1}\`)`,
    `app.post('${base}/:id/notes/:note', ({ id, note }) => id.toUpperCase() + note)`,
    `app.get('${base}{/:page}', { endpoint: 'e${index}', params: { page: int }, defaults: { page: 1 } }, ({ page }) => \`\${page + 1}\`)`,
    `app.route('${base}/files/*path', { methods: ['GET', 'PUT'] }, ({ path }) => path.slice(1))`,
  ]
  return forms[index % forms.length] ?? ''
}

function write(folder: string, count: number): void {
  const routes = Array.from({ length: count }, (_, index) => routeOf(index))
  const head = `import { int, Phial } from 'phial'\n\nexport const app = new Phial(import.meta.url)\n`
  writeFileSync(join(folder, 'app.ts'), `${head}${routes.join('\n')}\n`)
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023'],
    types: ['node'],
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['app.ts'] }),
  )
}

const manifest = createRequire(import.meta.url).resolve('typescript/package.json')
const { bin, version } = JSON.parse(readFileSync(manifest, 'utf8')) as {
  bin: { tsc: string }
  version: string
}
const tsc = join(dirname(manifest), bin.tsc)

/** Measures one check, in milliseconds. */
function check(folder: string): number {
  const start = performance.now()
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`tsc found errors in the app:\n${stdout}`)
  return performance.now() - start
}

// Next to this file, so that it resolves phial as this file does.
const folder = mkdtempSync(join(import.meta.dirname, 'types-'))
try {
  console.log(`node ${process.version}, typescript ${version}; the fastest of ${RUNS} runs`)
  for (const count of COUNTS) {
    write(folder, count)
    const fastest = Math.min(...Array.from({ length: RUNS }, () => check(folder)))
    console.log(`${String(count).padStart(6)} routes  ${fastest.toFixed(0).padStart(6)} ms`)
  }
} finally {
  rmSync(folder, { recursive: true })
}
