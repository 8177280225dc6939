/**
 * The examples in doc comments, as whole modules: what they leave out because a reader knows it (the
 * imports, the app that they speak of) is put around them.
 */
import { parseSync, Visitor } from 'oxc-parser'
import { blocksOf } from './page.ts'
import type { Export } from './surface.ts'

export interface Example {
  /** The file that it is checked in, by the name that it is an example of. */
  file: string
  code: string
}

/** The names that a module uses, as values or as types, without having them from anywhere. */
export function freeNames(source: string): Set<string> {
  const used = new Set<string>()
  const own = new Set<string>()
  const { program } = parseSync('example.ts', source)
  new Visitor({
    Identifier: ({ name }) => void used.add(name),
    ImportSpecifier: ({ local }) => void own.add(local.name),
    VariableDeclarator: ({ id }) => void (id.type === 'Identifier' && own.add(id.name)),
    ClassDeclaration: ({ id }) => void (id && own.add(id.name)),
    FunctionDeclaration: ({ id }) => void (id && own.add(id.name)),
  }).visit(program)
  return new Set([...used].filter((name) => !own.has(name)))
}

/** Where each name is looked for, after the module that the example is of. */
const ORDER = ['phial', '@phial/core', '@phial/server']

/** The imports that an example of a module leaves out. */
function importsFor(code: string, module: string, all: Export[]): string {
  const free = freeNames(code)
  const order = [...new Set([module, ...ORDER, ...all.map((one) => one.module)])]
  const lines = order.map((from) => {
    const names = all.filter((one) => one.module === from && free.delete(one.name))
    return names.length === 0
      ? ''
      : `import { ${names.map(({ name }) => name).join(', ')} } from '${from}'\n`
  })
  return lines.join('')
}

/** An example that ends with \`return\` stands in a function. */
function whole(code: string): string {
  const { errors } = parseSync('example.ts', code)
  if (!errors.some(({ message }) => /return/i.test(message))) return code
  return `export async function example(): Promise<unknown> {\n${code}\n}`
}

/** The examples of everything that is exported: in its own comment, and in those of its members. */
export function examplesOf(all: Export[]): Example[] {
  const seen = new Set<string>()
  return all.flatMap(({ module, name, comment, members }) => {
    const text = [comment, ...members.map((member) => member.comment)].join('\n')
    const blocks = blocksOf(text).filter(
      ({ language, code }) => language === 'ts' && !seen.has(code),
    )
    return blocks.map(({ code }, index) => {
      seen.add(code)
      const body = whole(code)
      const file = `${module.replace(/\W+/g, '-')}-${name}-${index + 1}.ts`
      return { file, code: `${body}\n${importsFor(body, module, all)}export {}\n` }
    })
  })
}
