/**
 * The examples in doc comments, as whole modules: what they leave out because a reader knows it (the
 * imports, the app that they speak of) is put around them.
 */
import { type BindingPattern, parseSync, Visitor } from 'oxc-parser'
import { blocksOf } from './page.ts'
import { SCENE } from './scene.ts'
import type { Export } from './surface.ts'

export interface Example {
  /** The file that it is checked in, by the name that it is an example of. */
  file: string
  code: string
}

/** What the scene declares. It is only declared: what uses it can be compiled, and not run. */
const SCENE_NAMES = new Set(
  [...SCENE.matchAll(/(?:const|let) (\w+):/g)].map(([, name = '']) => name),
)

/** What an app has to be at work for. */
const IN_A_REQUEST = new Set(['urlFor', 'renderTemplateString', 'getFlashedMessages'])

/** The names that a module uses, as values or as types, without having them from anywhere. */
export function freeNames(source: string): Set<string> {
  const used = new Map<number, string>()
  const own = new Set<string>(['undefined'])
  const labels = new Set<number>()
  const { program } = parseSync('example.ts', source)
  new Visitor({
    Identifier: ({ name, start }) => void used.set(start, name),
    // What stands after a dot, or before a colon, is nobody's name.
    MemberExpression: ({ computed, property }) => void (computed || labels.add(property.start)),
    Property: ({ computed, shorthand, key }) =>
      void (computed || shorthand || labels.add(key.start)),
    ImportSpecifier: ({ local }) => void own.add(local.name),
    VariableDeclarator: ({ id }) => declared(id).forEach((name) => own.add(name)),
    ClassDeclaration: ({ id }) => void (id && own.add(id.name)),
    FunctionDeclaration: ({ id }) => void (id && own.add(id.name)),
  }).visit(program)
  const free = [...used].filter(([start, name]) => !labels.has(start) && !own.has(name))
  return new Set(free.map(([, name]) => name))
}

/** The names that a declaration declares: one, or those that are taken out of an object. */
function declared(id: BindingPattern): string[] {
  if (id.type === 'Identifier') return [id.name]
  if (id.type !== 'ObjectPattern') return []
  return id.properties.flatMap((one) => (one.type === 'Property' ? declared(one.value) : []))
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

/** What an example says of a line: `isHopByHop('Transfer-Encoding') // true`, or `// 'a': why`. */
const CLAIM = /^(\w.*\S) +\/\/ ('(?:[^'\\]|\\.)*'|[[{].*[\]}]|\d+|true|false|undefined)(?=$|[:,.])/

/** An example that holds itself to what it says; `undefined` if it says nothing, or needs more than it has. */
export function heldTo(code: string): string | undefined {
  const used = [...freeNames(code.replaceAll(/^import .*$/gm, ''))]
  const needs = used.some((name) => SCENE_NAMES.has(name) || IN_A_REQUEST.has(name))
  const lines = code.split('\n').map((line) => {
    const [, expression = '', value = ''] = CLAIM.exec(line) ?? []
    return isLiteral(value) ? `assert.deepEqual(${expression}, ${value})` : line
  })
  const held = lines.join('\n')
  return needs || held === code ? undefined : `import assert from 'node:assert/strict'\n${held}`
}

/** Whether this is a value by itself: it names nothing, and nothing of it is left out. */
const isLiteral = (text: string): boolean =>
  text !== '' &&
  !text.includes('…') &&
  parseSync('value.ts', `(${text})`).errors.length === 0 &&
  freeNames(`(${text})`).size === 0
