/** Reads from the sources what the packages export: each name, its declaration and its doc comment. */
import { dirname, join, posix } from 'node:path'
import { type Comment, parseSync, type Program, type Statement } from 'oxc-parser'
import { packages, read } from '../house/workspace.ts'

export interface Export {
  /** The import specifier, such as `@phial/core/conformance`. */
  module: string
  name: string
  kind: 'function' | 'class' | 'value' | 'type'
  /** The source file, such as `packages/core/src/call.ts`. */
  path: string
  /** The name of the class that it extends, if any. */
  extending: string
  /** Its doc comment, without the stars; empty if it has none. */
  comment: string
  /** The public members of a class or an interface, without inherited ones. */
  members: { name: string; comment: string }[]
}

interface Source {
  path: string
  text: string
  program: Program
  comments: Comment[]
}

type Declared = Omit<Export, 'module' | 'name'>

const sources = new Map<string, Source>()

function sourceOf(path: string): Source {
  const known = sources.get(path)
  if (known) return known
  const text = read(path)
  const { program, comments } = parseSync(path, text)
  const source = { path, text, program, comments }
  sources.set(path, source)
  return source
}

/** Modules that only our own packages use. */
const INTERNAL = new Set(['phial/tools'])

/** The modules that the packages export, each with its source file. */
export function entries(): { module: string; path: string }[] {
  return packages.flatMap(({ folder, manifest }) => {
    const { exports = {} } = manifest as { exports?: Record<string, { types: string }> }
    return Object.entries(exports)
      .map(([subpath, { types }]) => ({
        module: posix.join(manifest.name, subpath),
        path: `packages/${folder}/${types.replace('./dist/', 'src/').replace('.d.ts', '.ts')}`,
      }))
      .filter(({ module }) => !INTERNAL.has(module))
  })
}

/** Returns the doc comment directly before a position in a source, without its stars. */
function commentBefore({ text, comments }: Source, start: number): string {
  const found = comments.findLast(
    ({ type, value, end }) =>
      type === 'Block' &&
      value.startsWith('*') &&
      end <= start &&
      text.slice(end, start).trim() === '',
  )
  return plain(found?.value ?? '')
}

/** Returns a comment's text without its stars. */
const plain = (comment: string): string =>
  comment
    .replace(/^\*/, '')
    .replace(/^ *\* ?/gm, '')
    .trim()

type Node = { type: string; start: number } & Record<string, unknown>

const nameOf = (node: unknown): string | undefined =>
  (node as { name?: string; value?: string } | null)?.name ??
  (node as { value?: string } | null)?.value

const kinds: Record<string, Export['kind']> = {
  FunctionDeclaration: 'function',
  TSDeclareFunction: 'function',
  ClassDeclaration: 'class',
  VariableDeclaration: 'value',
  TSInterfaceDeclaration: 'type',
  TSTypeAliasDeclaration: 'type',
}

/** Returns the names that a declaration declares. */
function namesOf(node: Node): string[] {
  if (node.type !== 'VariableDeclaration') return [nameOf(node['id']) ?? '']
  return (node['declarations'] as { id: unknown }[]).map(({ id }) => nameOf(id) ?? '')
}

const isFunction = (node: Node): boolean =>
  node.type === 'VariableDeclaration' &&
  (node['declarations'] as { init: Node | null }[])[0]?.init?.type === 'ArrowFunctionExpression'

function isPublic(member: Node): boolean {
  const hidden = ['private', 'protected'].includes(String(member['accessibility']))
  const isOwn = (member['key'] as Node | undefined)?.type !== 'PrivateIdentifier'
  return isOwn && !hidden && member['override'] !== true && member['kind'] !== 'constructor'
}

function membersOf(source: Source, node: Node): Export['members'] {
  const { body } = (node['body'] ?? {}) as { body?: Node[] }
  if (!['ClassDeclaration', 'TSInterfaceDeclaration'].includes(node.type)) return []
  const members = (body ?? [])
    .filter((member) => nameOf(member['key']) !== undefined)
    .filter(isPublic)
  const byName = new Map<string, string>()
  for (const member of members) {
    const name = nameOf(member['key']) ?? ''
    byName.set(name, (byName.get(name) ?? '') + commentBefore(source, member.start))
  }
  return [...byName].map(([name, comment]) => ({ name, comment }))
}

function declared(source: Source, statement: Node, node: Node): Declared {
  return {
    kind: isFunction(node) ? 'function' : (kinds[node.type] ?? 'value'),
    path: source.path,
    extending: nameOf(node['superClass']) ?? '',
    comment: commentBefore(source, statement.start),
    members: membersOf(source, node),
  }
}

/** Returns what a module exports, by name: its own declarations and its re-exports. */
function exportsOf(path: string): Map<string, Declared> {
  const source = sourceOf(path)
  const found = new Map<string, Declared>()
  for (const statement of source.program.body as (Statement & Node)[]) {
    if (statement.type === 'ExportAllDeclaration') {
      for (const [name, item] of exportsOf(resolveFrom(path, statement.source.value)))
        found.set(name, item)
    } else if (statement.type === 'ExportNamedDeclaration' && statement.source) {
      const others = exportsOf(resolveFrom(path, statement.source.value))
      for (const { local, exported, exportKind } of statement.specifiers) {
        const item = others.get(nameOf(local) ?? '')
        const isType = exportKind === 'type' || statement.exportKind === 'type'
        if (item) found.set(nameOf(exported) ?? '', isType ? { ...item, kind: 'type' } : item)
      }
    } else if (statement.type === 'ExportNamedDeclaration' && statement.declaration) {
      const node = statement.declaration as unknown as Node
      const item = declared(source, statement, node)
      // For overloads, the first doc comment counts.
      for (const name of namesOf(node)) if (!found.get(name)?.comment) found.set(name, item)
    }
  }
  return found
}

const resolveFrom = (path: string, to: string): string => join(dirname(path), to)

/** Returns the module itself as an entry, with the comment at its top. */
function itself(module: string, path: string): Export {
  const { text, comments } = sourceOf(path)
  const [first] = comments
  const isAtTop = first?.start === 0 && first.value.includes(`@module ${module}\n`)
  const comment = isAtTop ? plain(text.slice(2, first.end - 2)) : ''
  return { module, name: 'itself', kind: 'type', path, extending: '', comment, members: [] }
}

/** Returns every name that can be imported from one of the packages, and the modules themselves. */
export const surface = (): Export[] =>
  entries().flatMap(({ module, path }) => [
    itself(module, path),
    ...[...exportsOf(path)].map(([name, item]) => ({ module, name, ...item })),
  ])
