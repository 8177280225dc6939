/** Every source file has its test in the same place: `packages/core/src/a/b.ts`, `test/core/a/b.test.ts`. */
import { isTypesOnly } from './imports.ts'

/** Files that are tested elsewhere, each with the reason why it has no test of its own. */
export const excused: Record<string, string> = {}

/** Where the test of a source file is, or nothing where none is asked for. */
export function mirrorOf(path: string, source: string): string | undefined {
  const [, folder, file] = /^packages\/([^/]+)\/src\/(.*)\.ts$/.exec(path) ?? []
  if (folder === undefined || file === undefined) return undefined
  if (file === 'index' || file.endsWith('/index') || isTypesOnly(path, source)) return undefined
  return `test/${folder}/${file}.test.ts`
}

export interface Mirror {
  /** Tests that ought to be there, each with the source that asks for it. */
  missing: string[]
  /** Excuses that nobody needs. */
  idle: string[]
}

export function mirror(
  sources: Record<string, string>,
  tests: Set<string>,
  excuses: Record<string, string> = excused,
): Mirror {
  const untested = Object.entries(sources).flatMap(([path, source]) => {
    const test = mirrorOf(path, source)
    return test === undefined || tests.has(test) ? [] : [{ path, test }]
  })
  return {
    missing: untested
      .filter(({ path }) => !(path in excuses))
      .map(({ path, test }) => `${test} (for ${path})`),
    idle: Object.keys(excuses).filter((path) => !untested.some((entry) => entry.path === path)),
  }
}
