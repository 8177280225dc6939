/** Maps requests to functions. */
import type { Body, Environ, StartResponse } from '@phial/core'
import { problem } from '../2-middleware/app.ts'

type View = (
  environ: Environ,
  startResponse: StartResponse,
  params: Record<string, string | undefined>,
) => Body | Promise<Body>

type Route = readonly [method: string, path: string, view: View]

/** Creates an application from routes. A path consists of letters, `/` and `:parameters`, which match digits. */
export function router(...routes: Route[]) {
  const table = routes.map(([method, path, view]) => ({
    method,
    pattern: new RegExp(`^${path.replaceAll(/:(\w+)/g, '(?<$1>\\d+)')}$`),
    view,
  }))
  return (environ: Environ, startResponse: StartResponse): Body | Promise<Body> => {
    const path = environ.PATH_INFO || '/'
    const found = table.filter(({ pattern }) => pattern.test(path))
    if (found.length === 0) return problem(startResponse, '404 Not Found')
    const route = found.find(({ method }) => method === environ.REQUEST_METHOD)
    if (route) return route.view(environ, startResponse, route.pattern.exec(path)?.groups ?? {})
    const allow = found.map(({ method }) => method).join(', ')
    return problem(startResponse, '405 Method Not Allowed', [['Allow', allow]])
  }
}
