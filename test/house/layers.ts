/**
 * The layers of a package, read from the table “Layers” in its README, the highest first. A file may import from its own
 * layer and from lower ones, including types.
 */
import { posix } from 'node:path'
import { importsOf } from './imports.ts'

/** Returns the rank of each folder and file of `src`, 0 for the highest layer. */
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

/** Returns the folder or file of `src` that contains a path: `answer` for `answer/hooks.ts`, `app` for `app.ts`. */
export function layerOf(path: string): string {
  const [first = ''] = path.split('/')
  return first.replace(/\.ts$/, '')
}

/** Describes the imports of a file of `src` from a higher layer, or from or to a file that the table does not list. */
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
