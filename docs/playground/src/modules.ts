/**
 * Turns the files into modules: removes the types, finds the imports of each file, and publishes each module under its own
 * URL, imported modules first. Line numbers do not change, so an error names the student's own line.
 */
import { parse, type ImportDeclaration, type Program, type Statement } from 'acorn'
import { transform } from 'sucrase'
import type { File, Place, Problem } from './protocol.ts'

/** The beginning of the URL of each file in stack traces. */
export const PREFIX = 'file:///playground/'

/** Makes code available to `import()`, and returns its URL. */
export type Publish = (name: string, code: string) => string

/** Modules that a program may import, by name. */
export type Provided = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** The global property through which the provided modules get their values. */
const SHARED = 'phial playground'

/** An error that is found before the program runs. */
export class LoadError extends Error {
  override name = 'LoadError'
  readonly place: Place | undefined

  constructor({ message, place }: Problem) {
    super(message)
    this.place = place
  }
}

export class Modules {
  readonly #files: ReadonlyMap<string, File>
  readonly #provided: Provided
  readonly #publish: Publish
  readonly #addresses = new Map<string, string>()
  readonly #programs = new Map<string, Program>()
  /** The files that are being linked, the outermost first. */
  readonly #linking: string[] = []

  constructor(files: readonly File[], provided: Provided, publish: Publish) {
    this.#files = new Map(files.map((file) => [file.name, file]))
    this.#provided = provided
    this.#publish = publish
    Object.assign(globalThis, { [SHARED]: provided })
  }

  /** Runs a file and the files that it imports, each once. */
  async import(name: string): Promise<Record<string, unknown>> {
    return (await import(/* @vite-ignore */ this.#addressOf(name))) as Record<string, unknown>
  }

  #addressOf(name: string): string {
    const known = this.#addresses.get(name)
    if (known !== undefined) return known
    this.#linking.push(name)
    const code = Object.hasOwn(this.#provided, name) ? this.#facade(name) : this.#linked(name)
    const address = this.#publish(name, code)
    this.#linking.pop()
    this.#addresses.set(name, address)
    return address
  }

  /** The source of a module that exports the provided values. */
  #facade(name: string): string {
    const names = Object.keys(this.#provided[name] ?? {})
    const values = `globalThis[${JSON.stringify(SHARED)}][${JSON.stringify(name)}]`
    const lines = names
      .filter((one) => one !== 'default')
      .map((one) => `export const ${one} = all.${one}`)
    return [`const all = ${values}`, ...lines, 'export default all.default ?? all'].join('\n')
  }

  #linked(name: string): string {
    const code = strip(this.#file(name))
    const program = check(name, code)
    this.#programs.set(name, program)
    let linked = ''
    let at = 0
    for (const statement of program.body) {
      const source = sourceOf(statement)
      if (source === undefined) continue
      const target = this.#resolve(String(source.value), name, placeOf(name, source))
      const address = this.#addressOf(target)
      if (statement.type === 'ImportDeclaration') this.#checkNames(statement, name, target)
      linked += code.slice(at, source.start) + JSON.stringify(address)
      at = source.end
    }
    return `${linked}${code.slice(at)}\n//# sourceURL=${PREFIX}${name}`
  }

  #file(name: string): File {
    const file = this.#files.get(name)
    if (file !== undefined) return file
    throw new LoadError({ message: this.#missing(name) })
  }

  #missing(name: string): string {
    return `The file ${name} does not exist. The files are: ${[...this.#files.keys()].join(', ')}.`
  }

  /** Resolves a specifier relative to a file. */
  #resolve(specifier: string, from: string, place: Place): string {
    if (!specifier.startsWith('.')) {
      if (Object.hasOwn(this.#provided, specifier)) return specifier
      throw new LoadError({
        message: whyNotProvided(specifier, Object.keys(this.#provided)),
        place,
      })
    }
    const name = new URL(specifier, PREFIX + from).href.slice(PREFIX.length)
    if (!this.#files.has(name)) throw new LoadError({ message: this.#missing(name), place })
    if (this.#linking.includes(name))
      throw new LoadError({
        message: `${from} and ${name} import each other, which the playground does not support. Move the code that both need to a third file.`,
        place,
      })
    return name
  }

  /** Checks that the imported names exist, because browsers do not report the place of such an import. */
  #checkNames({ specifiers }: ImportDeclaration, from: string, target: string): void {
    const names = this.#exportsOf(target)
    for (const specifier of specifiers) {
      if (names === undefined || specifier.type === 'ImportNamespaceSpecifier') continue
      const { imported } = specifier.type === 'ImportSpecifier' ? specifier : DEFAULT
      const name = 'name' in imported ? imported.name : String(imported.value)
      if (names.has(name)) continue
      const message = `${target} does not export ${name}. It exports ${[...names].join(', ') || 'nothing'}.`
      throw new LoadError({ message, place: placeOf(from, specifier) })
    }
  }

  /** The names that a module exports, or `undefined` if the statements alone do not determine them. */
  #exportsOf(target: string): Set<string> | undefined {
    const provided = this.#provided[target]
    if (provided !== undefined) return new Set([...Object.keys(provided), 'default'])
    const statements = this.#programs.get(target)?.body ?? []
    return statements.some(isOpen) ? undefined : new Set(statements.flatMap(exportedBy))
  }
}

const DEFAULT = { imported: { name: 'default' } } as const

/** Converts a file to JavaScript without changing its line numbers. */
function strip({ name, text }: File): string {
  if (!/\.[jt]s$/.test(name))
    throw new LoadError({ message: `Expected a .ts or .js file, received ${name}.` })
  try {
    return transform(text, { transforms: ['typescript'], disableESTransforms: true }).code
  } catch (error) {
    throw syntaxError(name, error)
  }
}

/** Parses the JavaScript before it runs, because unlike a browser, the parser reports the place of a syntax error. */
function check(name: string, code: string): Program {
  try {
    return parse(code, { ecmaVersion: 'latest', sourceType: 'module', locations: true })
  } catch (error) {
    throw syntaxError(name, error)
  }
}

/** Extracts the place of a syntax error. Both sucrase and acorn end their messages with `(3:5)`. */
function syntaxError(name: string, error: unknown): LoadError {
  const [, message = String(error), row, column] =
    /^(?:Error transforming [^:]*: )?(.*?) \((\d+):(\d+)\)$/s.exec((error as Error).message) ?? []
  if (row === undefined) return new LoadError({ message: `SyntaxError in ${name}: ${message}` })
  const place = { file: name, row: Number(row), column: Number(column) + 1 }
  return new LoadError({ message: `SyntaxError: ${message}`, place })
}

function sourceOf(statement: Program['body'][number]) {
  return 'source' in statement ? (statement.source ?? undefined) : undefined
}

function placeOf(file: string, node: { loc?: { start: { line: number; column: number } } | null }) {
  const { line, column } = node.loc?.start ?? { line: 1, column: 0 }
  return { file, row: line, column: column + 1 }
}

/** Reports whether a statement exports names that it does not contain: all of another file, or parts of an object. */
function isOpen(statement: Program['body'][number]): boolean {
  if (statement.type === 'ExportAllDeclaration') return true
  const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : null
  if (declaration?.type !== 'VariableDeclaration') return false
  return declaration.declarations.some(({ id }) => id.type !== 'Identifier')
}

/** The names that a statement exports. */
function exportedBy(statement: Program['body'][number]): string[] {
  if (statement.type === 'ExportDefaultDeclaration') return ['default']
  if (statement.type !== 'ExportNamedDeclaration') return []
  const named = statement.specifiers.map(({ exported }) =>
    'name' in exported ? exported.name : String(exported.value),
  )
  return [...named, ...declaredBy(statement.declaration ?? undefined)]
}

function declaredBy(declaration: Statement | undefined): string[] {
  if (declaration?.type === 'VariableDeclaration')
    return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
  if (declaration && 'id' in declaration && declaration.id && 'name' in declaration.id)
    return [declaration.id.name]
  return []
}

function whyNotProvided(specifier: string, provided: readonly string[]): string {
  const all = `You can import ${provided.join(', ')}.`
  const needsNode = /^(?:node:|phial$|@phial\/(?:server|cli))/.test(specifier)
  return needsNode
    ? `${specifier} needs Node, but the playground runs in your browser. ${all}`
    : `${specifier} cannot be imported, because the playground does not load anything from the network. ${all}`
}
