/** Finds the test of a source file, which is in the same place: `packages/core/src/a/b.ts`, `test/core/a/b.test.ts`. */
import { runsNothing } from './imports.ts'

/** Files and folders (with a trailing `/`) that are tested elsewhere, each with the reason. */
export const excused: Record<string, string> = {
  'packages/server/src/supervisor/watchdog-thread.ts':
    'a thread that ends its process, which test/server/supervisor/watchdog.test.ts starts',
  'packages/server/src/conformance/socket-client.ts':
    'the client of test/server/conformance.test.ts, which tests every server',
  'packages/server/src/conformance/raw-connection.ts':
    'used by that client and by most tests of the server',
  'packages/core/src/conformance/': 'the cases are tests, which test/core/conformance runs',
  'packages/server/src/reload/child.ts':
    'a separate process, which test/server/reload.test.ts starts',
  'packages/server/src/reload/generation.ts':
    'is that process, which test/server/reload.test.ts ends in each way',
  'packages/framework/src/errors/catalogue/':
    'texts by topic, whose examples test/framework/errors/catalogue/index.test.ts runs',
}

const excuses = (excuse: string, path: string): boolean =>
  excuse.endsWith('/') ? path.startsWith(excuse) : path === excuse

/** Returns the path of the test of a source file, or `undefined` if it needs none. */
export function mirrorOf(path: string, source: string): string | undefined {
  const [, folder, file] = /^packages\/([^/]+)\/src\/(.*)\.ts$/.exec(path) ?? []
  if (folder === undefined || file === undefined) return undefined
  if (file === 'index' || file.endsWith('/index') || runsNothing(path, source)) return undefined
  return `test/${folder}/${file}.test.ts`
}

export interface Mirror {
  /** Missing tests, each with the source file that needs it. */
  missing: string[]
  /** Excuses that are not needed. */
  idle: string[]
}

export function mirror(
  sources: Record<string, string>,
  tests: Set<string>,
  allowed: Record<string, string> = excused,
): Mirror {
  const untested = Object.entries(sources).flatMap(([path, source]) => {
    const test = mirrorOf(path, source)
    return test === undefined || tests.has(test) ? [] : [{ path, test }]
  })
  return {
    missing: untested
      .filter(({ path }) => !Object.keys(allowed).some((excuse) => excuses(excuse, path)))
      .map(({ path, test }) => `${test} (for ${path})`),
    idle: Object.keys(allowed).filter(
      (excuse) => !untested.some(({ path }) => excuses(excuse, path)),
    ),
  }
}
