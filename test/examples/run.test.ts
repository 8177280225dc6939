/** Runs each example in every way that its README mentions: with phial-server, with Node, and compiled. */
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { Program } from './support/process.ts'
import { ask } from './support/raw.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const tsc = join(root, 'node_modules/typescript/bin/tsc')
const phialServer = join(root, 'packages/server/bin/phial-server.js')

const examples = [
  ['01-hello-gateway', 'get_started', 'helloWorld', '/?subject=john', /^Hello john$/],
  ['01-hello-gateway', 'environ', 'showEnviron', '/', /^\d+\. PATH_INFO: '\/'$/m],
  ['02-url-dispatch', 'url_dispatch', 'application', '/hello/john', /^Hello john$/],
  ['03-middleware', 'middleware', 'application', '/?subject=john', /Error: Cannot be john/],
  ['04-own-framework', 'app', 'app', '/hello/john', /Hello john/],
] as const

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

/** Copies an example, and changes its programs so that they listen on any free port and print it. */
function copyOf(example: string): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'phial-example-')))
  folders.push(folder)
  const from = join(root, 'examples', example)
  const filter = (path: string): boolean => basename(path) !== 'node_modules'
  cpSync(from, folder, { recursive: true, filter })
  symlinkSync(join(from, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

function withAnyPort(file: string): void {
  const source = readFileSync(file, 'utf8')
  const changed = source
    .replace("makeServer('localhost', 8080, ", "makeServer('127.0.0.1', 0, ")
    .replace("'http://localhost:8080/'", '`http://localhost:${server.serverPort}/`')
  writeFileSync(file, changed)
}

async function answerOf(program: Program, target: string): Promise<string> {
  try {
    const port = await program.says(/http:\/\/[\w.]+:(\d+)/)
    return (await ask(Number(port), target)).body
  } finally {
    await program.end()
  }
}

describe.for(examples)('%s/%s', ([example, module, name, target, text]) => {
  const node = (folder: string, ...args: string[]): Program =>
    new Program(process.execPath, args, folder)

  test('runs with phial-server', async () => {
    const args = [phialServer, '--bind', '127.0.0.1:0', `${module}:${name}`]
    const program = node(join(root, 'examples', example), ...args)
    expect(await answerOf(program, target)).toMatch(text)
  })

  test('runs with Node and tsx', async () => {
    const folder = copyOf(example)
    withAnyPort(join(folder, `${module}.ts`))
    expect(await answerOf(node(folder, '--import', 'tsx', `${module}.ts`), target)).toMatch(text)
  })

  const stripsTypes = 'typescript' in process.features && Boolean(process.features.typescript)
  test.runIf(stripsTypes)('runs with Node only', async () => {
    const folder = copyOf(example)
    withAnyPort(join(folder, `${module}.ts`))
    expect(await answerOf(node(folder, `${module}.ts`), target)).toMatch(text)
  })

  test('runs compiled', async () => {
    const folder = copyOf(example)
    withAnyPort(join(folder, `${module}.ts`))
    const options = { module: 'nodenext', types: [], rewriteRelativeImportExtensions: true }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...options, noCheck: true } }),
    )
    const compiled = spawnSync(process.execPath, [tsc], { cwd: folder, encoding: 'utf8' })
    expect(compiled.stdout).toBe('')
    expect(await answerOf(node(folder, `${module}.js`), target)).toMatch(text)
  })
})
