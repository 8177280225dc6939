/** Every source file has its test in the same place: `packages/core/src/a/b.ts`, `test/core/a/b.test.ts`. */
import { runsNothing } from './imports.ts'

/** Files, and folders by their `/`, that are tested elsewhere, each with the reason. */
export const excused: Record<string, string> = {
  'packages/server/src/supervisor/watchdog-thread.ts':
    'a thread that ends its process: test/server/supervisor/watchdog.test.ts starts it',
  'packages/server/src/conformance/socket-client.ts':
    'is the client of test/server/conformance.test.ts, which asks every server there is',
  'packages/server/src/conformance/raw-connection.ts':
    'what that client, and most tests of the server, stand on',
  'packages/core/src/conformance/': 'the cases are tests: test/core/conformance runs each of them',
  'packages/server/src/reload/child.ts':
    'a process of its own: test/server/reload.test.ts starts it',
  'packages/server/src/reload/generation.ts':
    'is that process: test/server/reload.test.ts ends it in each way',
  'packages/framework/src/errors/catalogue/':
    'texts by topic: test/framework/errors/catalogue/index.test.ts runs the example of each',
}

const excuses = (excuse: string, path: string): boolean =>
  excuse.endsWith('/') ? path.startsWith(excuse) : path === excuse

/** Where the test of a source file is, or nothing where none is asked for. */
export function mirrorOf(path: string, source: string): string | undefined {
  const [, folder, file] = /^packages\/([^/]+)\/src\/(.*)\.ts$/.exec(path) ?? []
  if (folder === undefined || file === undefined) return undefined
  if (file === 'index' || file.endsWith('/index') || runsNothing(path, source)) return undefined
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
