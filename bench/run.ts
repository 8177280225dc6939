/**
 * Runs a benchmark of this folder, or lists them all.
 *
 *     pnpm bench [NAME [ARGUMENT...]]
 */
import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('./', import.meta.url)
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -'.ts'.length))

/** Returns the command and the first sentence of a benchmark's comment. */
function description(name: string): string {
  const source = readFileSync(new URL(`${name}.ts`, folder), 'utf8')
  const [, usage = ''] = /^ \* {5}(pnpm bench .*)$/m.exec(source) ?? []
  const [, text = ''] = /^\/\*\*\s+\*?\s*([\s\S]*?\.)\s/.exec(source) ?? []
  return `  ${usage}\n      ${text.replaceAll(/\s*\n \* /g, ' ')}`
}

const [name] = process.argv.splice(2, 1)
if (name !== undefined && names.includes(name)) await import(`./${name}.ts`)
else {
  if (name !== undefined) {
    console.error(`Expected the name of a benchmark, received ${name}.`)
    process.exitCode = 2
  }
  console.log(['Benchmarks:', ...names.map(description)].join('\n'))
}
