/** Routers for the tests of routing. */
import { Router, type RuleOptions } from 'phial'

export type Routes = [pattern: string, options?: RuleOptions][]

/** A router in which the target of each rule is its pattern. */
export function table(routes: Routes): Router<string> {
  const router = new Router<string>()
  for (const [pattern, options] of routes) router.add(pattern, pattern, options)
  return router
}

export function found(router: Router<string>, url: string, method = 'GET'): unknown {
  const match = router.match(method, url)
  if (match.kind === 'found') return match.rule.target
  return match.kind === 'redirect' ? `to ${match.path}` : match.kind
}
