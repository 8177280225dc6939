/**
 * The layers of a package, as its README lists them: a table under the heading “Layers”, the highest
 * first. A file imports from its own layer and from lower ones, types included.
 */
import { posix } from 'node:path'
import { importsOf } from './imports.ts'

/** The rank of each folder and file of `src`, 0 for the highest layer. */
export function layersOf(readme: string): Map<string, number> {
  const [, section = ''] = /\n## Layers\n([\s\S]*?)(?=\n## |$)/.exec(readme) ?? []
  const rows = section.split('\n').filter((line) => line.startsWith('| `'))
  return new Map(
    rows.flatMap((row, rank) => {
      const [, names = ''] = row.split('|')
      return [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => [name, rank] as const)
    }),
  )
}

/** The folder or file of `src` that a path belongs to: `answer` of `answer/hooks.ts`, `app` of `app.ts`. */
export function layerOf(path: string): string {
  const [first = ''] = path.split('/')
  return first.replace(/\.ts$/, '')
}

/** The imports of one file of `src` that lead to a higher layer, or from or to what the table lacks. */
export function upwardImports(
  path: string,
  source: string,
  layers: ReadonlyMap<string, number>,
): string[] {
  const own = layerOf(path)
  const rank = layers.get(own)
  if (rank === undefined) return [`${path} is in no layer: add \`${own}\` to the table`]
  return importsOf(path, source).flatMap(({ from }) => {
    if (!from.startsWith('.')) return []
    const target = layerOf(posix.join(posix.dirname(path), from))
    const below = layers.get(target)
    if (target === own || (below !== undefined && below > rank)) return []
    return [`${path} imports ${from}, which is not in a lower layer`]
  })
}
