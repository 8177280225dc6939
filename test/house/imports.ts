/** Reads the imports of a module from its syntax tree, so that comments and strings are ignored. */
import { parseSync } from 'oxc-parser'

export interface Import {
  /** `node:fs`, `./types.ts`, `@phial/core`… */
  from: string
  /** The imported names, as the other module exports them. */
  names: string[]
}

/** Returns every import and re-export of a module, static or dynamic. */
export function importsOf(path: string, source: string): Import[] {
  const { module, errors } = parseSync(path, source)
  if (errors[0]) throw new SyntaxError(`${path}: ${errors[0].message}`)
  const taken = module.staticImports.map(({ moduleRequest, entries }) => ({
    from: moduleRequest.value,
    names: entries.map(({ importName }) => importName.name ?? '*'),
  }))
  const passed = module.staticExports
    .flatMap(({ entries }) => entries)
    .flatMap(({ moduleRequest, importName }) =>
      moduleRequest ? [{ from: moduleRequest.value, names: [importName.name ?? '*'] }] : [],
    )
  const asked = module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
    const from = /^(['"`])(.*)\1$/s.exec(source.slice(start, end))?.[2]
    return from === undefined ? [] : [{ from, names: ['*'] }]
  })
  return [...taken, ...passed, ...asked]
}

/** Reports whether a module contains only types and re-exports, so that none of its code runs. */
export function runsNothing(path: string, source: string): boolean {
  const { program } = parseSync(path, source)
  return program.body.every((node) => {
    if (node.type === 'TSInterfaceDeclaration' || node.type === 'TSTypeAliasDeclaration')
      return true
    if (node.type === 'ImportDeclaration') return node.importKind === 'type'
    if (node.type === 'ExportNamedDeclaration' || node.type === 'ExportAllDeclaration')
      return node.exportKind === 'type' || node.source !== null
    return false
  })
}
