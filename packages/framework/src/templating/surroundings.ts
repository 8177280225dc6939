/** Where templates meet the rest of the app: what they have at hand, and who is told of them. */
import type { Phial } from '../app.ts'
import { currentContext, g, request, RequestContext } from '../context.ts'
import { urlFor } from '../url-for.ts'
import { safe, tojson } from './printing.ts'

/** What each template of an app has at hand. */
export function standardNames({ config }: Phial): Record<string, unknown> {
  return { request, g, config, urlFor, tojson, safe }
}

/** What a template is given: what a view gave it comes first. */
export function dataFor(_app: Phial, data: object): object {
  return data
}

/** Renders, with those told who want to know that it happens. The name is `undefined` for a template from a string. */
export function announced<T>(
  _app: Phial,
  _name: string | undefined,
  _data: object,
  render: () => T,
): T {
  return render()
}

/** Says something to whoever runs the app: in the request's log, if there is one. */
export function tell(text: string): void {
  const context = currentContext()
  if (context instanceof RequestContext) {
    context.request.environ['wsgi.errors'].write(`${text}\n`)
  } else console.error(text)
}
