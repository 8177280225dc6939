/**
 * Converts the examples in doc comments to complete modules: adds the imports and declarations that the examples leave out.
 */
import { type BindingPattern, parseSync, Visitor } from 'oxc-parser'
import { blocksOf } from './page.ts'
import { SCENE } from './scene.ts'
import type { Export } from './surface.ts'

export interface Example {
  /** The name of its file, which contains the name of the documented export. */
  file: string
  code: string
}

/** The names that the scene declares. Examples that use them can be compiled, but not run. */
const SCENE_NAMES = new Set(
  [...SCENE.matchAll(/(?:const|let) (\w+):/g)].map(([, name = '']) => name),
)

/** Functions that need a request context. */
const IN_A_REQUEST = new Set(['urlFor', 'renderTemplateString', 'getFlashedMessages'])

/** Returns the names that a module uses, as values or as types, but neither declares nor imports. */
export function freeNames(source: string): Set<string> {
  const used = new Map<number, string>()
  const own = new Set<string>(['undefined'])
  const labels = new Set<number>()
  const { program } = parseSync('example.ts', source)
  new Visitor({
    Identifier: ({ name, start }) => void used.set(start, name),
    // An identifier after a dot or before a colon is not a variable.
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

/** The names that a pattern declares: one name, or the names that are destructured from an object. */
function declared(id: BindingPattern): string[] {
  if (id.type === 'Identifier') return [id.name]
  if (id.type !== 'ObjectPattern') return []
  return id.properties.flatMap((one) => (one.type === 'Property' ? declared(one.value) : []))
}

/** The modules in which a name is looked up, after the module of the example. */
const ORDER = ['phial', '@phial/core', '@phial/server']

/** Returns the imports that an example leaves out. */
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

/** Wraps an example that contains `return` in a function. */
function wrapped(code: string): string {
  const { errors } = parseSync('example.ts', code)
  if (!errors.some(({ message }) => /return/i.test(message))) return code
  return `export async function example(): Promise<unknown> {\n${code}\n}`
}

/** Returns the examples of all exports, in their own doc comments and in those of their members. */
export function examplesOf(all: Export[]): Example[] {
  const seen = new Set<string>()
  return all.flatMap(({ module, name, comment, members }) => {
    const text = [comment, ...members.map((member) => member.comment)].join('\n')
    const blocks = blocksOf(text).filter(
      ({ language, code }) => language === 'ts' && !seen.has(code),
    )
    return blocks.map(({ code }, index) => {
      seen.add(code)
      const body = wrapped(code)
      const file = `${module.replace(/\W+/g, '-')}-${name}-${index + 1}.ts`
      return { file, code: `${body}\n${importsFor(body, module, all)}export {}\n` }
    })
  })
}

/** A line that states its result: `isHopByHop('Transfer-Encoding') // true`, or `// 'a': why`. */
const CLAIM = /^(\w.*\S) +\/\/ ('(?:[^'\\]|\\.)*'|[[{].*[\]}]|\d+|true|false|undefined)(?=$|[:,.])/

/** Converts an example to a test of the results that it states. Returns `undefined` if it states none, or cannot run alone. */
export function testOf(code: string): string | undefined {
  const used = [...freeNames(code.replaceAll(/^import .*$/gm, ''))]
  const needs = used.some((name) => SCENE_NAMES.has(name) || IN_A_REQUEST.has(name))
  const lines = code.split('\n').map((line) => {
    const [, expression = '', value = ''] = CLAIM.exec(line) ?? []
    return isLiteral(value) ? `assert.deepEqual(${expression}, ${value})` : line
  })
  const converted = lines.join('\n')
  return needs || converted === code
    ? undefined
    : `import assert from 'node:assert/strict'\n${converted}`
}

/** Reports whether this is a literal: it contains no names, and no omissions. */
const isLiteral = (text: string): boolean =>
  text !== '' &&
  !text.includes('…') &&
  parseSync('value.ts', `(${text})`).errors.length === 0 &&
  freeNames(`(${text})`).size === 0
