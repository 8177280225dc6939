/** Mounts several applications under path prefixes. */
import { withCode } from '../error-code.ts'
import { callApplication } from '../driver.ts'
import type { Application, ApplicationLike, Environ } from '../types.ts'
import { textToWsgi } from '../url.ts'

/**
 * Calls the application with the longest prefix that matches the path, or `app` if none does. A prefix matches whole
 * segments: `/api` matches `/api` and `/api/x`, but not `/apix`. The prefix moves from `PATH_INFO` to `SCRIPT_NAME`, so
 * that the mounted application can build its own URLs wherever it is. Corresponds to Werkzeug’s
 * `DispatcherMiddleware`.
 *
 * ```ts
 * const app = dispatcher(site, { '/api': api, '/old': fromFetch(hono.fetch) })
 * ```
 *
 * @throws TypeError if a prefix does not begin with `/`, or ends with one
 */
export function dispatcher(
  app: ApplicationLike,
  mounts: Readonly<Record<string, ApplicationLike>>,
): Application {
  for (const prefix of Object.keys(mounts)) {
    if (!/^\/.*[^/]$/.test(prefix)) throw invalidPrefix(prefix)
  }
  const byPrefix = new Map(
    Object.entries(mounts).map(([prefix, mounted]) => [textToWsgi(prefix), mounted]),
  )
  const longest = Math.max(0, ...Array.from(byPrefix.keys(), (prefix) => prefix.length))
  return (environ, startResponse) => {
    for (const prefix of prefixes(environ.PATH_INFO, longest)) {
      const mounted = byPrefix.get(prefix)
      if (mounted !== undefined)
        return callApplication(mounted, descend(environ, prefix), startResponse)
    }
    return callApplication(app, environ, startResponse)
  }
}

const normalized = (prefix: string): string =>
  `/${prefix.split('/').filter(Boolean).join('/') || 'prefix'}`

/** Yields `/a/b/c`, then `/a/b`, then `/a`, but no prefix longer than `longest`. */
function* prefixes(path: string, longest: number): Iterable<string> {
  const first = path.length <= longest ? path.length : path.lastIndexOf('/', longest)
  for (let end = first; end > 0; end = path.lastIndexOf('/', end - 1)) yield path.slice(0, end)
}

function invalidPrefix(prefix: string): TypeError {
  return withCode(
    'ERR_PHIAL_DISPATCHER_PREFIX',
    new TypeError(
      `dispatcher: expected a prefix that begins with "/" and does not end with it, received ${JSON.stringify(prefix)}. Write ${JSON.stringify(normalized(prefix))}.`,
    ),
  )
}

function descend(environ: Environ, prefix: string): Environ {
  environ.SCRIPT_NAME += prefix
  environ.PATH_INFO = environ.PATH_INFO.slice(prefix.length)
  return environ
}
